import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { typeOf } from '../../src/contracts/typescript';
import { startTestServer, type TestServer } from '../support/server';

const ROOT = path.join(__dirname, '../..');
const TYPES = path.join(ROOT, 'client/events.d.ts');

const messagesOf = (program: ts.Program): string[] =>
  ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

describe('the types for clients', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  test('make a socket of socket.io-client accept what is right and refuse what is wrong', () => {
    const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file));
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
    const program = ts.createProgram([path.join(__dirname, 'client-types.test-d.ts')], options);
    expect(messagesOf(program)).toEqual([]);
  });

  test('need nothing but themselves', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'chat-types-'));
    const alone = path.join(folder, 'events.d.ts');
    copyFileSync(TYPES, alone);
    const program = ts.createProgram([alone], {
      strict: true,
      exactOptionalPropertyTypes: true,
      types: [],
      lib: ['lib.es2020.d.ts'],
      skipLibCheck: false,
    });
    expect(messagesOf(program)).toEqual([]);
    const read = program.getSourceFiles().filter((file) => !program.isSourceFileDefaultLibrary(file));
    expect(read.map(({ fileName }) => fileName)).toEqual([alone]);
    rmSync(folder, { recursive: true });
  });

  test('are served beside the events', async () => {
    const { text } = await server.request.get('/socket-docs/events.d.ts').expect(200);
    expect(text).toBe(ts.sys.readFile(TYPES));
  });
});

describe('a JSON schema as TypeScript', () => {
  test.each([
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ type: ['integer', 'null'] }, 'number | null'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, '("a" | "b")[]'],
    [{ type: 'array', items: { not: {} } }, 'never[]'],
    [{ type: 'array', items: [{ type: 'string' }, { type: 'number' }] }, '[string, number]'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'Record<string, boolean>'],
    [{ type: 'object', properties: {} }, 'Record<string, never>'],
    [{ allOf: [{ $ref: '#/components/schemas/Message' }], description: 'the first' }, 'Message'],
    [{ $ref: '#/components/schemas/Message' }, 'Message'],
    [{ const: true }, 'true'],
    [{}, 'unknown'],
    [
      {
        type: 'object',
        properties: { a: { type: 'string', description: 'not */ the end' }, 'b-c': { type: 'null' } },
        required: ['a'],
      },
      '{\n  /** not *\\/ the end */\n  a: string;\n  "b-c"?: null;\n}',
    ],
  ])('%j', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  test('is refused when it would be a guess', () => {
    expect(() => typeOf({ type: 'date' })).toThrow('There is no TypeScript for {"type":"date"}');
    expect(() => typeOf({ type: 'object', properties: { a: {} }, additionalProperties: {} })).toThrow();
  });
});
