/**
 * Writes openapi.json, asyncapi.json, client/events.d.ts and docs/permissions.md. All come from the code; swagger-autogen, which
 * reads the route files as text, is the independent inventory: the build fails when its routes and the document's differ.
 * Usage: npm run swagger [-- --check], where --check only says whether the committed files are current.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import swaggerAutogen from 'swagger-autogen';
import { permissionsText } from './scripts/permissions-doc';
import { buildAsyncApi } from './src/contracts/asyncapi';
import { clientTypes } from './src/contracts/client-types';
import { buildOpenApi, type OpenApiDocument } from './src/contracts/openapi';

const APP = './src/app.ts';
/** Routes that serve the documents themselves. */
export const UNDOCUMENTED: ReadonlySet<string> = new Set([
  'GET /api-docs',
  'GET /api-docs.json',
  'GET /asyncapi.json',
  'GET /socket-docs',
  'GET /socket-docs/style.css',
  'GET /socket-docs/events.d.ts',
]);

const routesIn = (paths: Record<string, object | undefined>): string[] =>
  Object.entries(paths)
    .flatMap(([route, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${route}`),
    )
    .map((route) => route.replace(/(?<=.)\/$/, ''))
    .filter((route) => !UNDOCUMENTED.has(route))
    .sort();

/** `METHOD /path/{parameter}` of every route that swagger-autogen finds, sorted. */
export async function routeInventory(): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'swagger-'));
  try {
    const result = await swaggerAutogen({ openapi: '3.0.0', disableLogs: true })(
      path.join(folder, 'found.json'),
      [APP],
      {},
    );
    if (!result || !result.success) throw new Error(`swagger-autogen could not read ${APP}`);
    const { paths } = result.data as { paths: Record<string, object> };
    // It takes the `@` of `/@:handle` for a part of the parameter's name.
    return routesIn(paths).map((route) => route.replace(/\{@(\w+)\}/g, '@{$1}'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same of every operation of the document. */
export function documentedRoutes(document: OpenApiDocument): string[] {
  return routesIn(document.paths);
}

/** The text of a document's file. */
export function documentText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The committed files and what they must hold. */
export function generatedFiles(openApi = buildOpenApi()): Record<string, string> {
  return {
    'openapi.json': documentText(openApi),
    'asyncapi.json': documentText(buildAsyncApi()),
    'client/events.d.ts': clientTypes(),
    'docs/permissions.md': permissionsText(),
  };
}

/** Those of them that hold something else, or are not there. */
export function staleFiles(files: Record<string, string>): string[] {
  return Object.keys(files).filter((name) => {
    const file = path.join(__dirname, name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== files[name];
  });
}

/** What only one of two lists has, a line each; empty when they are equal. */
export function differences(
  left: readonly string[],
  right: readonly string[],
  names: readonly [string, string],
): string[] {
  return [
    ...left.filter((route) => !right.includes(route)).map((route) => `only in ${names[0]}: ${route}`),
    ...right.filter((route) => !left.includes(route)).map((route) => `only in ${names[1]}: ${route}`),
  ];
}

async function main(): Promise<void> {
  const document = buildOpenApi();
  const different = differences(await routeInventory(), documentedRoutes(document), [
    'the route files',
    'the contracts',
  ]);
  if (different.length > 0)
    throw new Error(`The routes and the contracts differ:\n  ${different.join('\n  ')}`);
  const files = generatedFiles(document);
  const stale = staleFiles(files);
  const list = Object.keys(files).join(', ');
  if (process.argv.includes('--check')) {
    if (stale.length > 0)
      throw new Error(`${stale.join(', ')}: stale, run \`npm run swagger\` and commit what it writes.`);
    console.log(`${list}: current.`);
    return;
  }
  for (const name of stale) {
    const file = path.join(__dirname, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, files[name] ?? '');
  }
  console.log(stale.length > 0 ? `wrote ${stale.join(', ')}` : `unchanged: ${list}`);
}

if (require.main === module)
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
