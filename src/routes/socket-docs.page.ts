import type { EventSchema, EventSchemas } from '../contracts/event-schemas';
import { referredName, type JsonSchema } from '../contracts/json-schema';
import { SOCKET_GUIDE } from '../contracts/socket-guide';
import { typeOf } from '../contracts/typescript';
import { escapeHtml, inlineMarkdown, markdown } from '../helpers/html';

const link = (name: string): string =>
  `<a href="#shape-${escapeHtml(name)}"><code>${escapeHtml(name)}</code></a>`;

/** A type as TypeScript writes it; named shapes lead to their table. */
function typeHtml(schema: JsonSchema, shapes: EventSchemas['shapes']): string {
  return typeOf(schema)
    .split(/("(?:[^"\\]|\\.)*"|\b\w+\b)/)
    .filter((word) => word !== '')
    .map((word) => (Object.hasOwn(shapes, word) ? link(word) : `<code>${escapeHtml(word)}</code>`))
    .join('');
}

function range(least: unknown, most: unknown, unit: string): string[] {
  if (typeof least === 'number' && typeof most === 'number') return [`${least} to ${most}${unit}`];
  if (typeof least === 'number') return [`at least ${least}${unit}`];
  return typeof most === 'number' ? [`at most ${most}${unit}`] : [];
}

/** What the type does not say. */
function notes(schema: JsonSchema): string {
  const { description, format, pattern, default: otherwise } = schema;
  const rules = [
    ...(typeof format === 'string' ? [format] : []),
    ...(typeof pattern === 'string' && format === undefined ? [`\`${pattern}\``] : []),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...range(schema.minimum, schema.maximum, ''),
    ...(otherwise === undefined ? [] : [`\`${JSON.stringify(otherwise)}\` when left out`]),
  ];
  const said = typeof description === 'string' ? [description] : [];
  return [...said, ...rules].map(inlineMarkdown).join('; ');
}

/** The fields of an object; anything else in one line. */
function schemaHtml(schema: JsonSchema, shapes: EventSchemas['shapes']): string {
  if (schema.type !== 'object' || typeof schema.properties !== 'object' || referredName(schema))
    return `<p class="type">${typeHtml(schema, shapes)}</p>`;
  const required = new Set((schema.required ?? []) as string[]);
  const rows = Object.entries(schema.properties as Record<string, JsonSchema>).map(
    ([name, field]) =>
      `<tr><th scope="row"><code>${escapeHtml(name)}${required.has(name) ? '' : '?'}</code></th>` +
      `<td>${typeHtml(field, shapes)}</td><td>${notes(field)}</td></tr>`,
  );
  return rows.length === 0
    ? '<p class="type"><code>{}</code></p>'
    : `<table><tbody>${rows.join('\n')}</tbody></table>`;
}

function eventHtml(
  { name, from, summary, payload, ack }: EventSchema,
  shapes: EventSchemas['shapes'],
): string {
  return `<article id="${from}-${escapeHtml(name)}">
<h3><code>${escapeHtml(name)}</code></h3>
<p>${inlineMarkdown(summary)}.</p>
${schemaHtml(payload, shapes)}
${ack ? `<h4>Acknowledged with</h4>\n${schemaHtml(ack, shapes)}` : ''}
</article>`;
}

function shapeHtml(name: string, schema: JsonSchema, shapes: EventSchemas['shapes']): string {
  const says = typeof schema.description === 'string' ? `<p>${inlineMarkdown(schema.description)}</p>` : '';
  return `<article id="shape-${escapeHtml(name)}">
<h3><code>${escapeHtml(name)}</code></h3>
${says}
${schemaHtml(schema, shapes)}
</article>`;
}

const navigation = (title: string, prefix: string, names: readonly string[]): string =>
  `<h2>${title}</h2>\n<ul>${names
    .map((name) => `<li><a href="#${prefix}-${escapeHtml(name)}">${escapeHtml(name)}</a></li>`)
    .join('\n')}</ul>`;

/** The page for people: the guide, every event, every shape. It needs no script. */
export function socketDocsPage({ events, shapes, problem }: EventSchemas): string {
  const of = (from: EventSchema['from']): EventSchema[] => events.filter((event) => event.from === from);
  const namesOf = (from: EventSchema['from']): string[] => of(from).map(({ name }) => name);
  const section = (from: EventSchema['from']): string =>
    of(from)
      .map((event) => eventHtml(event, shapes))
      .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat server: events</title>
<link rel="stylesheet" href="/socket-docs/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<nav>
${navigation('Client → server', 'client', namesOf('client'))}
${navigation('Server → client', 'server', namesOf('server'))}
${navigation('Shapes', 'shape', Object.keys(shapes))}
</nav>
<main>
<h1>Chat server: events</h1>
<p class="links"><a href="/asyncapi.json">AsyncAPI document</a> <a href="/socket-docs/events.d.ts">TypeScript types</a> <a href="/api-docs">REST</a></p>
${markdown(SOCKET_GUIDE)}
<h2>Client → server</h2>
<p>What is acknowledged is the <code>data</code> of <code>{ ok: true, data }</code>; a refusal is <code>{ ok: false, error }</code> with a ${typeHtml(problem, shapes)}.</p>
${section('client')}
<h2>Server → client</h2>
${section('server')}
<h2>Shapes</h2>
${Object.entries(shapes)
  .map(([name, schema]) => shapeHtml(name, schema, shapes))
  .join('\n')}
</main>
</body>
</html>
`;
}
