import fc, { type Arbitrary } from 'fast-check';
import { openApiDocument } from '../../../src/contracts/openapi';
import type { JsonSchema } from '../../../src/contracts/json-schema';

export type Shapes = Readonly<Record<string, JsonSchema>>;

/** The named ones of requests. */
export const SHAPES: Shapes = openApiDocument().components.schemas;

/** As it stands in a path or a query. */
export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** Stands for the id, token or name that the world has at some place when it is sent: `«userId 7»`. */
const standIn = (name: string): Arbitrary<string> => fc.nat(99).map((index) => `«${name} ${index}»`);

const LONG = 100_000;
/** What parsers, databases and templates trip over. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e-320],
  ...[
    '',
    ' ',
    '\n',
    '\0',
    '\ud800',
    '\u202e',
    'ﷺ',
    '👩‍👩‍👧‍👦',
    '9'.repeat(400),
    'a'.repeat(LONG),
    'é'.repeat(5_000),
  ],
  ...["' OR 1=1 --", '%', '_', '\\', '%00', '../../etc/passwd', '<script>', '{{7*7}}', '${7*7}', '__proto__'],
  ...[[], {}, [[]], [null], { constructor: { prototype: 1 } }, JSON.parse('{"__proto__":{"admin":true}}')],
  ...['00000000-0000-0000-0000-000000000000', 'null', 'undefined', 'NaN', 'true', '-1', '1e3', '0x10'],
];
export const hostile: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

const EMAILS = [
  'nobody@example.com',
  '«email 0»',
  'a@b.co',
  'ä@exämple.com',
  `${'a'.repeat(64)}@example.com`,
];
const times = fc
  .integer({ min: -86_400, max: 86_400 })
  .map((seconds) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000).toISOString());

function text(schema: JsonSchema, name: string): Arbitrary<unknown> {
  const { format, pattern, minLength = 0, maxLength = 60 } = schema as Record<string, never>;
  if (/token|password|code|login|handle|username|^file$/i.test(name))
    return fc.oneof(standIn(name), fc.string({ minLength, maxLength: Math.min(maxLength, 40) }));
  if (format === 'uuid') return standIn(name);
  if (format === 'email') return fc.constantFrom(...EMAILS);
  if (format === 'date-time') return times;
  if (pattern !== undefined)
    try {
      return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' });
    } catch {
      // A pattern that looks ahead: whatever comes then is refused or not.
    }
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
}

function record(schema: JsonSchema, shapes: Shapes): Arbitrary<unknown> {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const fields = Object.entries(properties).map(([name, field]) => [name, valid(field, name, shapes)]);
  return fc.record(Object.fromEntries(fields) as Record<string, Arbitrary<unknown>>, {
    requiredKeys: required,
    noNullPrototype: true,
  });
}

/** What a schema allows, more or less: whoever wants it exactly asks the server. @param name of the field or parameter */
export function valid(schema: JsonSchema, name: string, shapes: Shapes): Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, type, items } = schema as Record<string, never>;
  const choices = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if ($ref !== undefined) return valid(shapes[String($ref).split('/').at(-1) ?? ''] ?? {}, name, shapes);
  if (choices) return fc.oneof(...choices.map((choice) => valid(choice, name, shapes)));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  switch (type as unknown) {
    case 'string':
      return text(schema, name);
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 1_000 } = schema as { minimum?: number; maximum?: number };
      const most = Math.min(maximum, 2 ** 31 - 1);
      return fc.oneof(fc.integer({ min: minimum, max: Math.min(most, minimum + 20) }), fc.constant(most));
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { minItems = 0, maxItems = 3 } = schema as { minItems?: number; maxItems?: number };
      const maxLength = Math.max(minItems, Math.min(maxItems, 3));
      return fc.array(valid(items ?? {}, name, shapes), { minLength: minItems, maxLength });
    }
    case 'object':
      return record(schema, shapes);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** One thing about it is wrong: a field is missing, is too many, or is what nobody expects there. */
export function nearly(schema: JsonSchema, name: string, shapes: Shapes): Arbitrary<unknown> {
  const spoil = (value: unknown, at: number, wrong: unknown, how: number): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong;
    const fields = Object.entries(value);
    const [field] = fields[at % Math.max(fields.length, 1)] ?? ['extra'];
    if (how === 0) return Object.fromEntries(fields.filter(([other]) => other !== field));
    return { ...value, [how === 1 ? 'extra' : field]: wrong };
  };
  return fc
    .tuple(valid(schema, name, shapes), fc.nat(20), hostile, fc.nat(3))
    .map((parts) => spoil(...parts));
}

/** Valid, nearly valid and hostile values of a schema. */
export const values = (schema: JsonSchema, name: string, shapes: Shapes): Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: valid(schema, name, shapes) },
    { weight: 3, arbitrary: nearly(schema, name, shapes) },
    { weight: 2, arbitrary: hostile },
  );
