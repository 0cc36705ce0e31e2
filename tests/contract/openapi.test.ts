import { Validator } from '@seriousme/openapi-schema-validator';
import express, { type Express } from 'express';
import { createApp } from '../../src/app';
import { buildOpenApi, errorCodesOf, fullPath, type OpenApiOperation } from '../../src/contracts/openapi';
import { operations } from '../../src/contracts/operations';
import { CATALOGUE } from '../../src/helpers/errors';
import {
  UNDOCUMENTED,
  differences,
  documentText,
  documentedRoutes,
  generatedFiles,
  routeInventory,
  staleFiles,
} from '../../swagger';
import { startTestServer, type TestServer } from '../support/server';

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
  readonly handle: { readonly stack?: Layer[] };
  mountedAt?: string;
}

/** Express 5 keeps a mounted router's path only as a compiled pattern; this writes it down while `build` mounts. */
function rememberingMounts(build: () => Express): Express {
  const prototype = express.Router.prototype as { use: (...handlers: unknown[]) => { stack: Layer[] } };
  const { use } = prototype;
  prototype.use = function (this: { stack: Layer[] }, ...handlers) {
    const before = this.stack.length;
    const result = use.apply(this, handlers);
    const mountedAt = typeof handlers[0] === 'string' ? handlers[0] : '';
    for (const layer of this.stack.slice(before)) layer.mountedAt = mountedAt;
    return result;
  };
  try {
    return build();
  } finally {
    prototype.use = use;
  }
}

/** `METHOD /path/{parameter}` of every route that the live application answers. */
function liveRoutes(stack: readonly Layer[], prefix = ''): string[] {
  return stack.flatMap(({ route, handle, mountedAt = '' }) => {
    if (handle.stack && !route) return liveRoutes(handle.stack, prefix + mountedAt.replace(/\/$/, ''));
    if (!route) return [];
    const whole = (prefix + route.path).replace(/(?<=.)\/$/, '').replace(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${whole}`);
  });
}

describe('the OpenAPI document', () => {
  const document = buildOpenApi();
  const described = (): [string, OpenApiOperation][] =>
    Object.entries(document.paths).flatMap(([route, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, OpenApiOperation] => [
        `${method} ${route}`,
        operation,
      ]),
    );
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator({ strict: false });
    const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('is the same text at every build, and holds no reference that leads nowhere', () => {
    expect(documentText(buildOpenApi())).toBe(documentText(document));
    const text = documentText(document);
    expect(text).not.toMatch(/"\$(id|schema|defs)"|#\/definitions/);
    const names = [...text.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(document.components.schemas)));
  });

  test('has the routes of the live application, no more and no fewer', () => {
    const app = rememberingMounts(() => createApp(server.container));
    const live = liveRoutes((app as unknown as { router: { stack: Layer[] } }).router.stack).filter(
      (route) => !UNDOCUMENTED.has(route),
    );
    expect(differences(live, documentedRoutes(document), ['the application', 'the document'])).toEqual([]);
    expect(live).toHaveLength(operations.length);
  });

  test('has the routes that swagger-autogen reads in the source', async () => {
    expect(
      differences(await routeInventory(), documentedRoutes(document), ['the source', 'the document']),
    ).toEqual([]);
  });

  test('is what is committed, like all that comes from the contracts', () => {
    expect(staleFiles(generatedFiles())).toEqual([]);
  });

  test('is what the server serves, for Swagger UI, too', async () => {
    const { body } = await server.request.get('/api-docs.json').expect(200);
    expect(body).toEqual(document);
    const page = await server.request.get('/api-docs/').expect(200).expect('Content-Type', /html/);
    expect(page.text).toContain('swagger-ui');
  });

  test('names every operation once and gives each path parameter a definition', () => {
    const ids = described().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [route, { parameters = [] }] of described()) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
        inPath,
      );
    }
  });

  test('tells for every operation who may call it and each error with its status', () => {
    for (const operation of operations) {
      const { security, responses } = document.paths[fullPath(operation)]?.[
        operation.method
      ] as OpenApiOperation;
      expect(security).toEqual(operation.open ? [] : [{ bearerAuth: [] }]);
      for (const code of errorCodesOf(operation)) {
        const response = responses[CATALOGUE[code].status];
        expect(response?.description).toContain(`\`${code}\``);
        expect(response?.content?.['application/problem+json']).toEqual({
          schema: { $ref: '#/components/schemas/Problem' },
        });
      }
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(Object.keys(operation.answers)));
      expect(responses[429]?.headers?.['Retry-After']).toEqual({ $ref: '#/components/headers/Retry-After' });
    }
  });

  test('tells where answers say what is left of limits, by reference', () => {
    const { headers } = document.components;
    expect(Object.keys(headers)).toEqual(['RateLimit', 'RateLimit-Policy', 'Retry-After']);
    for (const [route, { responses }] of described())
      for (const { headers: named = {} } of Object.values(responses)) {
        const isCounted = !/^(get \/(health\/|metrics$)|post \/telegram\/)/.test(route);
        expect(['RateLimit', 'RateLimit-Policy'].filter((name) => name in named)).toHaveLength(
          isCounted ? 2 : 0,
        );
        for (const [name, { $ref }] of Object.entries(named))
          expect([$ref, name in headers]).toEqual([`#/components/headers/${name}`, true]);
      }
  });

  test('shows files as files: what is sent as multipart, what is answered as bytes', () => {
    const { requestBody } = document.paths['/api/v1/users/me/avatar']?.put as OpenApiOperation;
    expect(requestBody?.content['multipart/form-data']).toMatchObject({
      schema: {
        type: 'object',
        properties: { file: { type: 'string', format: 'binary' } },
        required: ['file'],
        additionalProperties: false,
      },
      encoding: { file: { contentType: expect.stringContaining('image/png') } },
    });
    const { responses } = document.paths['/avatars/{file}']?.get as OpenApiOperation;
    expect(responses[200]?.content).toEqual({ 'image/webp': {} });
  });

  test('every operation that is not open refuses a caller without a token, whatever else is wrong', async () => {
    for (const operation of operations.filter(({ open }) => !open)) {
      const url = fullPath(operation).replace(/\{\w+\}/g, 'nothing');
      const { body } = await server.request[operation.method](url).expect(401);
      expect(body).toMatchObject({ code: 'unauthenticated', status: 401 });
    }
  });
});
