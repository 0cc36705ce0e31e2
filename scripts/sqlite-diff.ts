import { createClient } from '@libsql/client';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import type * as SchemaEngineModule from '@prisma/schema-engine-wasm';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Engine = typeof SchemaEngineModule;
type WasmExports = { __wbindgen_start(): void };
type Bindings = Engine & { __wbg_set_wasm(exports: WasmExports): void };

/** What of the WebAssembly API is used here; Node has it, its type declarations do not. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: Record<string, object>) => { exports: WasmExports };
  };
};

let loaded: Engine | undefined;

/** Prisma's own schema engine, as WebAssembly. It knows SQLite but not MySQL. Its bindings hold one instance only. */
function loadEngine(): Engine {
  if (loaded) return loaded;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an ESM-only package, and Node's require loads it
  const bindings = require('@prisma/schema-engine-wasm/schema_engine_bg') as Bindings;
  const bytes = readFileSync(
    require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm'),
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return (loaded = bindings);
}

/** The engine on a SQLite file with a schema; to be given back with `free()`. */
export function openSchemaEngine(url: string, schema: string) {
  return loadEngine().SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaLibSql({ url })),
  );
}

/** A virtual table, which Prisma's schema cannot express, and what SQLite keeps behind it. */
const VIRTUAL_TABLES = ['', '_data', '_idx', '_docsize', '_config'].map(
  (part) => `message_search_index${part}`,
);

/**
 * What is missing between a history of migrations and a Prisma schema, as SQL; an empty string when nothing is.
 * @param migrations the texts of `migration.sql`, oldest first
 * @param schema the text of the derived SQLite schema
 */
export async function diffSqlite(migrations: readonly string[], schema: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sqlite-diff-'));
  const url = `file:${path.join(folder, 'history.db')}`;
  const history = createClient({ url });
  for (const migration of migrations) await history.executeMultiple(migration);
  history.close();
  const files = [{ path: 'schema.prisma', content: schema }];
  const engine = await openSchemaEngine(url, schema);
  try {
    const result = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '/' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: VIRTUAL_TABLES, externalEnums: [] },
    });
    return (result.stdout ?? '').replace('-- This is an empty migration.', '').trim();
  } finally {
    engine.free();
    rmSync(folder, { recursive: true, force: true });
  }
}
