import { once } from '../helpers/once';
import { CATALOGUE, type ErrorCode } from '../helpers/errors';
import { HEADERS, headersOf, type OpenApiHeader } from './answer-headers';
import { direction, referredNames, type Converted, type JsonSchema } from './json-schema';
import type { FileBody, Operation } from './operation';
import { operations } from './operations';
import { Problem } from './problem';

export interface OpenApiResponse {
  description: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema?: JsonSchema }>;
}

export interface OpenApiBody {
  required: true;
  content: Record<string, { schema: JsonSchema; encoding?: Record<string, { contentType: string }> }>;
}

export interface OpenApiOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: {
    name: string;
    in: 'path' | 'query';
    required: boolean;
    description?: string;
    schema: JsonSchema;
  }[];
  requestBody?: OpenApiBody;
  responses: Record<string, OpenApiResponse>;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Partial<Record<Operation['method'], OpenApiOperation>>>;
  components: {
    headers: Record<string, OpenApiHeader>;
    schemas: Record<string, JsonSchema>;
    securitySchemes: Record<string, JsonSchema>;
  };
}

const PREFIX = '/api/v1';

const DESCRIPTION = `A self-hosted chat backend: REST for everything that is asked, Socket.io for everything that happens.

Sign up, confirm the mailed code, and paste the \`accessToken\` under **Authorize**.
Every error is \`application/problem+json\` (RFC 9457) with a stable \`code\`; the same codes come in socket acknowledgements.`;

/** Where an operation is mounted, as OpenAPI writes it. */
export function fullPath({ path, root }: Pick<Operation, 'path' | 'root'>): string {
  return root ? path : PREFIX + path;
}

/** Every code an operation may answer: its own, and what its kind can always meet. In the catalogue's order. */
export function errorCodesOf(operation: Operation): ErrorCode[] {
  const codes = new Set<ErrorCode>(['validation_failed', 'rate_limited', 'internal', 'unavailable']);
  if (!operation.open) codes.add('unauthenticated').add('token_expired').add('account_suspended');
  // Also where no body is asked for: one that comes is read.
  codes.add('payload_too_large').add('unsupported_media_type');
  if (operation.path.startsWith('/admin/')) codes.add('two_factor_not_set_up');
  if (operation.peopleOnly) codes.add('forbidden');
  for (const code of operation.errors ?? []) codes.add(code);
  return (Object.keys(CATALOGUE) as ErrorCode[]).filter((code) => codes.has(code));
}

function parametersOf(
  place: 'path' | 'query',
  schema: JsonSchema,
): NonNullable<OpenApiOperation['parameters']> {
  const required = new Set((schema.required ?? []) as string[]);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(
    ([name, { description, ...rest }]) => ({
      name,
      in: place,
      required: place === 'path' || required.has(name),
      ...(typeof description === 'string' && { description }),
      schema: rest,
    }),
  );
}

function errorResponses(operation: Operation, problem: JsonSchema): Record<string, OpenApiResponse> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorCodesOf(operation)) {
    const { status } = CATALOGUE[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${CATALOGUE[code].title}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  );
}

/** An operation's own answers go before an error of the same status, and are shown beside it. */
function responsesOf(operation: Operation, outputs: Converted): Record<string, OpenApiResponse> {
  const problems = errorResponses(operation, outputs.inline('problem'));
  const answers = Object.entries(operation.answers).map(
    ([status, { description, schema, mediaType }]): [string, OpenApiResponse] => {
      const content = mediaType
        ? { [mediaType]: {} }
        : schema && { 'application/json': { schema: outputs.inline(`${operation.id}:${status}`) } };
      const problem = problems[status];
      if (!problem) return [status, { description, ...(content && { content }) }];
      return [
        status,
        {
          ...problem,
          description: `${description}\n\n${problem.description}`,
          content: { ...content, ...problem.content },
        },
      ];
    },
  );
  const all = { ...problems, ...Object.fromEntries(answers) };
  return Object.fromEntries(
    Object.entries(all)
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([status, { description, ...rest }]) => {
        const headers = headersOf(operation, Number(status));
        return [status, { description, ...(headers && { headers }), ...rest }];
      }),
  );
}

function fileBody({ field, maxBytes, mediaTypes }: FileBody): OpenApiBody {
  const file = { type: 'string', format: 'binary', description: `${maxBytes} bytes at most` };
  return {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: { [field]: file },
          required: [field],
          additionalProperties: false,
        },
        encoding: { [field]: { contentType: mediaTypes.join(', ') } },
      },
    },
  };
}

function bodyOf(operation: Operation, inputs: Converted): OpenApiBody | undefined {
  if (operation.file) return fileBody(operation.file);
  if (!operation.body) return undefined;
  const schema = inputs.inline(`${operation.id}:body`);
  return { required: true, content: { 'application/json': { schema } } };
}

function describe(operation: Operation, inputs: Converted, outputs: Converted): OpenApiOperation {
  const parameters = [
    ...(operation.params ? parametersOf('path', inputs.inline(`${operation.id}:params`)) : []),
    ...(operation.query ? parametersOf('query', inputs.inline(`${operation.id}:query`)) : []),
  ];
  const requestBody = bodyOf(operation, inputs);
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description !== undefined && { description: operation.description }),
    security: operation.open ? [] : [{ bearerAuth: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: responsesOf(operation, outputs),
  };
}

const METHODS: readonly Operation['method'][] = ['get', 'post', 'put', 'patch', 'delete'];

/** By tag, path and method: the order of a module's exports depends on the compiler. */
function inOrder(all: readonly Operation[]): Operation[] {
  const tags = [...new Set(all.map(({ tag }) => tag))];
  const key = ({ tag, path, method }: Operation): string =>
    `${tags.indexOf(tag) + 100} ${path} ${METHODS.indexOf(method)}`;
  return [...all].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

/** The OpenAPI 3.1 document of the REST interface, made from the contracts alone: the same input, the same text. */
export function buildOpenApi(): OpenApiDocument {
  const requests = direction('input', 'Input');
  const answers = direction('output', '');
  answers.add('problem', Problem);
  for (const operation of operations) {
    for (const part of ['params', 'query', 'body'] as const)
      if (operation[part]) requests.add(`${operation.id}:${part}`, operation[part]);
    for (const [status, { schema }] of Object.entries(operation.answers))
      if (schema) answers.add(`${operation.id}:${status}`, schema);
  }
  const inputs = requests.build();
  const outputs = answers.build();

  const paths: OpenApiDocument['paths'] = {};
  for (const operation of inOrder(operations))
    (paths[fullPath(operation)] ??= {})[operation.method] = describe(operation, inputs, outputs);

  const named = { ...outputs.named, ...inputs.named };
  const used = [...referredNames(paths, named)].sort();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chat server',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'ISC', identifier: 'ISC' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      headers: HEADERS,
      schemas: Object.fromEntries(used.map((name) => [name, named[name] ?? {}])),
      securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

/** The one of this process. */
export const openApiDocument = once(buildOpenApi);
