import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import supertest, { type Response, type Test } from 'supertest';
import { openApiDocument, errorCodesOf, fullPath } from '../../src/contracts/openapi';
import type { Operation } from '../../src/contracts/operation';
import { operations } from '../../src/contracts/operations';
import { rememberSecrets } from './log-watch';

const document = openApiDocument();

const ajv = addFormats(
  new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true }),
);
ajv.addVocabulary(['example']);
// `password` says how to show a field, not what it holds.
ajv.addFormat('password', true);
// The document itself is the schema's home, so that its `#/components/schemas/…` can be found.
ajv.addVocabulary(Object.keys(document));
ajv.addSchema({ ...document, $id: 'openapi' });

const compiled = new Map<string, ValidateFunction>();
const pointer = (...keys: readonly string[]): string =>
  keys.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

function validatorAt(...keys: readonly string[]): ValidateFunction {
  const ref = `openapi#${pointer(...keys)}`;
  let validator = compiled.get(ref);
  if (!validator) compiled.set(ref, (validator = ajv.compile({ $ref: ref })));
  return validator;
}

const routes = operations.map((operation) => ({
  operation,
  path: fullPath(operation),
  pattern: new RegExp(`^${fullPath(operation).replace(/\{\w+\}/g, '[^/]+')}/?$`),
}));

const literals = (path: string): number => path.replace(/\{\w+\}/g, '').length;

/** The operation that a request goes to; literal paths win over parameters, `@{handle}` over `{channelId}`. */
function operationFor(method: string, pathname: string): Operation | undefined {
  const found = routes.filter(
    ({ operation, pattern }) => operation.method === method && pattern.test(pathname),
  );
  found.sort(
    (left, right) =>
      left.path.split('{').length - right.path.split('{').length ||
      literals(right.path) - literals(left.path),
  );
  return found[0]?.operation;
}

const PROBLEM = ['components', 'schemas', 'Problem'];
const COUNTED = ['RateLimit', 'RateLimit-Policy', 'Retry-After'] as const;

function fail(what: string, response: Pick<Response, 'status' | 'text'>, reason: string): never {
  throw new Error(
    `${what} answered ${response.status}, which the OpenAPI document does not know: ${reason}\n${response.text}`,
  );
}

function checkBody(what: string, response: Response, ...keys: readonly string[]): void {
  const validator = validatorAt(...keys);
  if (!validator(response.body)) fail(what, response, ajv.errorsText(validator.errors, { dataVar: 'body' }));
}

function checkHeaders(what: string, response: Response): void {
  const body = response.body as { status?: unknown; retryAfter?: unknown };
  if (body.status !== response.status) fail(what, response, 'the body names another status');
  if (response.status === 429 && !/^\d+$/.test(response.get('Retry-After') ?? ''))
    fail(what, response, 'no Retry-After');
}

/**
 * Holds an answer against the document: its status, its media type, its body, and for errors that the operation
 * may answer this code. A path that is no operation answers with a plain problem.
 */
export function checkResponse(method: string, url: string, response: Response): void {
  const { pathname } = new URL(url);
  const what = `${method.toUpperCase()} ${pathname}`;
  const operation = operationFor(method.toLowerCase(), pathname);
  const isProblem = response.type === 'application/problem+json';
  if (!operation) {
    if (response.status >= 400 && pathname.startsWith('/api/')) checkBody(what, response, ...PROBLEM);
    return;
  }
  const at = ['paths', fullPath(operation), operation.method, 'responses', String(response.status)];
  const documented = document.paths[fullPath(operation)]?.[operation.method]?.responses[response.status];
  if (!documented)
    fail(
      what,
      response,
      `it has ${Object.keys(operation.answers).join(', ')} and ${errorCodesOf(operation).join(', ')}`,
    );
  for (const header of COUNTED)
    if (response.get(header) !== undefined && !documented.headers?.[header])
      fail(what, response, `it has no header ${header}`);
  if (!documented.content) {
    if (response.text) fail(what, response, 'it has no body');
    return;
  }
  const content = documented.content[response.type] ?? documented.content['*/*'];
  if (!content) fail(what, response, `the media type is ${response.type}`);
  // Bytes: nothing to hold them against.
  if (!content.schema) return;
  checkBody(what, response, ...at, 'content', response.type, 'schema');
  if (!isProblem) return;
  checkHeaders(what, response);
  const { code } = response.body as { code: ReturnType<typeof errorCodesOf>[number] };
  if (!errorCodesOf(operation).includes(code))
    fail(what, response, `the operation does not list the code ${code}`);
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type CheckedRequests = Record<(typeof METHODS)[number], (path: string) => Test>;

/** supertest against a server, every answer checked. */
export function checkedRequests(baseUrl: string): CheckedRequests {
  const agent = supertest(baseUrl);
  return Object.fromEntries(
    METHODS.map((method) => [
      method,
      (path: string) =>
        agent[method](path).expect((response: Response) => {
          rememberSecrets(response);
          checkResponse(method, `${baseUrl}${path}`, response);
        }),
    ]),
  ) as CheckedRequests;
}
