import { createClient } from '@libsql/client';
import { sqliteUrl } from '../../src/database/sqlite';
import { createMysqlDatabase } from './database';
import { explainMysql, explainSqlite, type Explain } from './plans';
import { databaseKind } from './run';
import { startTestServer, type TestServer } from './server';
import { recordMysql, recordSqlite, type Recorder } from './statements';

/** A server whose every statement is heard, and can be explained. */
export interface ExplainedServer {
  readonly server: TestServer;
  readonly recorder: Recorder;
  readonly explain: Explain;
  /**
   * Has MySQL count what is in the tables, as it does by itself sooner or later. Where the embedded database is used nobody does, so it
   * plans without.
   */
  analyze(tables: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

async function onMysql(settings: Record<string, string>): Promise<ExplainedServer> {
  const mysql = await createMysqlDatabase();
  const recorder = await recordMysql(mysql.url);
  const server = await startTestServer({ ...settings, DATABASE_URL: recorder.url });
  const connection = await mysql.connect();
  return {
    server,
    recorder,
    explain: explainMysql(connection),
    async analyze(tables) {
      for (const table of tables) await connection.query(`ANALYZE TABLE \`${table}\``);
    },
    async stop() {
      await server.stop();
      await recorder.close();
      await mysql.drop();
    },
  };
}

async function onSqlite(settings: Record<string, string>): Promise<ExplainedServer> {
  const recorder = recordSqlite();
  const server = await startTestServer(settings);
  const { database } = server.container.config;
  if (database.kind !== 'sqlite') throw new Error('the server has another database');
  const client = createClient({ url: sqliteUrl(database.file) });
  return {
    server,
    recorder,
    explain: explainSqlite(client),
    analyze: () => Promise.resolve(),
    async stop() {
      client.close();
      await server.stop();
      await recorder.close();
    },
  };
}

export const startExplainedServer = (settings: Record<string, string> = {}): Promise<ExplainedServer> =>
  databaseKind === 'mysql' ? onMysql(settings) : onSqlite(settings);
