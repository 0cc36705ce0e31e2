import { PrismaLibSql } from '@prisma/adapter-libsql';
import type { Client, Config, InArgs, InStatement, ResultSet } from '@libsql/client';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connectionSettings } from '../../src/database/mysql';

/** As it was sent to the database. MySQL's carry their values in themselves. */
export interface Statement {
  readonly sql: string;
  readonly values: InArgs;
}

/** Everything that servers started meanwhile ask their database. */
export interface Recorder {
  /** What was sent since this was asked last. */
  readonly take: () => Statement[];
  readonly close: () => Promise<void>;
}

/** The command of MySQL's protocol that carries a statement as text. */
const COM_QUERY = 3;
const HEADER_BYTES = 4;
/** In a list of them. */
const BETWEEN_STATEMENTS = /;\n(?=\(?[A-Z]{6})/;

/** Cuts what a client sends to MySQL into packets; those that begin a command have the number 0. */
function queriesIn(client: Socket, onQuery: (sql: string) => void): void {
  let rest = Buffer.alloc(0);
  client.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUIntLE(0, 3);
      if (rest.length < end) return;
      if (rest[3] === 0 && rest[HEADER_BYTES] === COM_QUERY)
        for (const sql of rest.toString('utf8', HEADER_BYTES + 1, end).split(BETWEEN_STATEMENTS))
          onQuery(sql);
      rest = rest.subarray(end);
    }
  });
}

/** Listens in between. @returns the recorder, and the URL to reach the database by */
export async function recordMysql(databaseUrl: string): Promise<Recorder & { readonly url: string }> {
  const { host = '127.0.0.1', port = 3306 } = connectionSettings(databaseUrl);
  let statements: Statement[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(port, host);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    queriesIn(client, (sql) => statements.push({ sql, values: [] }));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** Listens at the libsql clients that are made from now on. */
export function recordSqlite(): Recorder {
  let statements: Statement[] = [];
  const factory = PrismaLibSql.prototype;
  const original = Object.getOwnPropertyDescriptor(factory, 'createClient') as PropertyDescriptor;
  const createClient = original.value as (this: PrismaLibSql, config: Config) => Client;
  factory.createClient = function (config) {
    const client = createClient.call(this, config);
    const execute: (statement: InStatement) => Promise<ResultSet> = client.execute.bind(client);
    return Object.assign(client, {
      execute(statement: InStatement) {
        const { sql, args = [] } = typeof statement === 'string' ? { sql: statement } : statement;
        statements.push({ sql, values: args });
        return execute(statement);
      },
    });
  };
  return {
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
    close() {
      Object.defineProperty(factory, 'createClient', original);
      return Promise.resolve();
    },
  };
}
