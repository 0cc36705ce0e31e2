import fc, { type Arbitrary } from 'fast-check';
import { openApiDocument, type OpenApiOperation } from '../../../src/contracts/openapi';
import { bodyOf, type Body, type Mood } from './bodies';
import { asText, hostile, SHAPES, valid, values } from './values';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** What would end the run, or hold it up for as long as its limits say, and is tried elsewhere. */
const LEFT_OUT = new Set(['/metrics']);

interface Target {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly operation: OpenApiOperation;
}

/** Every operation of the document. */
export const targets: readonly Target[] = Object.entries(openApiDocument().paths)
  .filter(([path]) => !LEFT_OUT.has(path))
  .flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      return operation ? [{ method, path, operation }] : [];
    }),
  );

/** A request before it is known what there is. */
export interface RequestCase {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, unknown])[];
  /** nobody: without a token; 9: with a wrong one */
  readonly who: number | null;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

const pathOf = ({ path, operation }: Target, mood: Mood): Arbitrary<string> => {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
  const choices = parameters.map(({ name, schema }) =>
    fc.oneof(
      { weight: mood === 'hostile' ? 2 : 20, arbitrary: valid(schema, name, SHAPES) },
      { weight: 1, arbitrary: hostile },
      { weight: 1, arbitrary: fc.constantFrom('%', '%00', '%C0%80', '..', '%2e%2e%2f', ';', '@') },
    ),
  );
  return fc
    .tuple(...choices)
    .map((found) =>
      found.reduce<string>(
        (full, value, index) =>
          full.replace(`{${parameters[index]?.name}}`, () => asText(value).slice(0, 3_000)),
        path,
      ),
    );
};

/** Nobody makes one up that is right. */
const isOpaque = (name: string): boolean => /^(cursor|since)$/.test(name);

const queryOf = ({ operation }: Target, mood: Mood): Arbitrary<readonly (readonly [string, unknown])[]> => {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const each = parameters.map(({ name, schema, required }) => {
    const value = mood === 'valid' ? valid(schema, name, SHAPES) : values(schema, name, SHAPES);
    const isThere = fc.nat(9).map((coin) => (required ? coin > 0 : coin > 6));
    return fc.tuple(isThere, value, fc.nat(19)).map(([there, sent, twice]): [string, unknown][] => {
      if (mood === 'valid') return (there || required) && !isOpaque(name) ? [[name, sent]] : [];
      if (!there) return [];
      return twice === 0
        ? [
            [name, sent],
            [name, sent],
          ]
        : [[twice === 1 ? `${name}[a]` : name, sent]];
    });
  });
  return fc.tuple(...each).map((found) => found.flat());
};

const HEADERS: readonly Record<string, string>[] = [
  {},
  { Range: 'bytes=0-1' },
  { Range: 'bytes=9999999-' },
  { 'If-None-Match': '*' },
  { Accept: 'text/html' },
  { 'X-Forwarded-For': '1.2.3.4, ::1' },
  { 'Accept-Encoding': 'br;q=x' },
  { Origin: 'null' },
  { 'Content-Encoding': 'gzip' },
  { 'X-Request-Id': 'a'.repeat(5_000) },
];

const moods = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Mood>('valid') },
  { weight: 3, arbitrary: fc.constant<Mood>('nearly') },
  { weight: 2, arbitrary: fc.constant<Mood>('hostile') },
);

/** One request, of any operation. */
export const requestCase: Arbitrary<RequestCase> = fc
  .tuple(fc.constantFrom(...targets), moods)
  .chain(([target, mood]) =>
    fc.record(
      {
        method: fc.oneof(
          { weight: 30, arbitrary: fc.constant(target.method as string) },
          {
            weight: 1,
            arbitrary: fc.constantFrom('get', 'post', 'put', 'patch', 'delete', 'head', 'options'),
          },
        ),
        path: pathOf(target, mood),
        query: queryOf(target, mood),
        who: fc.oneof(
          { weight: 12, arbitrary: fc.nat(3) },
          { weight: 1, arbitrary: fc.constantFrom(null, 9) },
        ),
        body: bodyOf(target.operation, mood),
        headers: fc.oneof(
          { weight: 6, arbitrary: fc.constant({}) },
          { weight: 1, arbitrary: fc.constantFrom(...HEADERS) },
        ),
      },
      { noNullPrototype: true },
    ),
  );
