import fc, { type Arbitrary } from 'fast-check';
import type { OpenApiOperation } from '../../../src/contracts/openapi';
import { hostile, SHAPES, valid, values } from './values';

/** How much of a case is as the document has it. */
export type Mood = 'valid' | 'nearly' | 'hostile';

export type Body = { readonly type: string; readonly bytes?: string; readonly value?: unknown } | null;

const BROKEN = [
  '',
  '{',
  '"',
  '{"a":',
  '[1,]',
  '\ufeff{}',
  'null',
  '0',
  '"text"',
  '[]',
  `${'['.repeat(20_000)}`,
  '{"a":1}{"b":2}',
  '\0',
];
const BOUNDARY = 'fuzzed';

/** What is sent with a request, JSON or a file; `null`: nothing. */
export const bodyOf = (operation: OpenApiOperation, mood: Mood): Arbitrary<Body> => {
  const content = operation.requestBody?.content ?? {};
  const json = content['application/json']?.schema;
  const odd = fc.oneof(
    fc.constantFrom(...BROKEN).map((bytes) => ({ type: 'application/json', bytes })),
    fc
      .constantFrom(
        'text/plain',
        'application/xml',
        'application/x-www-form-urlencoded',
        'application/json; charset=utf-7',
        '',
      )
      .map((type) => ({ type, bytes: 'a=b&content=c' })),
    hostile.map((value) => ({ type: 'application/json', value })),
  );
  if (json) {
    const value = mood === 'valid' ? valid(json, 'body', SHAPES) : values(json, 'body', SHAPES);
    const usual = value.map((sent) => ({ type: 'application/json', value: sent }));
    return mood === 'hostile' ? fc.oneof(usual, odd) : usual;
  }
  const file = Object.keys(content).includes('multipart/form-data');
  if (file) {
    const part = fc
      .tuple(
        fc.constantFrom('file', 'file', 'file', 'other'),
        fc.constantFrom('a.png', '', '../a', 'ä.txt', 'a"b'),
        fc.base64String({ maxLength: 200 }),
        fc.nat(5),
      )
      .map(([field, name, text, broken]) => ({
        type: `multipart/form-data; boundary=${BOUNDARY}`,
        bytes: `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n\r\n${text}${broken === 0 ? '' : `\r\n--${BOUNDARY}--\r\n`}`,
      }));
    return mood === 'valid' ? part : fc.oneof(part, odd);
  }
  return mood === 'hostile' ? fc.oneof(fc.constant(null), odd) : fc.constant(null);
};
