import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMysqlDatabase } from './database';
import { openMailbox, type Mailbox } from './mailbox';
import { fillFromTemplate } from './mysql-template';
import { databaseKind } from './run';

/** What a test server lives on: a data folder, a database of its own, a mail server. */
export interface Home {
  readonly dataDir: string;
  readonly mail: Mailbox;
  /** The settings that make a server live here. */
  readonly settings: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Secrets of the tests; the same for every server, so that two of them can share a home. */
const SECRETS = {
  JWT_ACCESS_SECRET: 'an-access-secret-for-tests-and-for-nothing-else',
  JWT_REFRESH_SECRET: 'a-refresh-secret-for-tests-and-for-nothing-else',
};

export async function makeHome(): Promise<Home> {
  // What can fail comes first: nothing is left behind then.
  const mysql = databaseKind === 'mysql' ? await createMysqlDatabase() : undefined;
  if (mysql) await fillFromTemplate(mysql.url);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'chat-home-'));
  const mail = await openMailbox();
  return {
    dataDir,
    mail,
    settings: {
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(mail.port),
      ...SECRETS,
      ...(mysql && { DATABASE_URL: mysql.url, DATABASE_WAIT: '5s' }),
    },
    async remove() {
      await mail.close();
      await mysql?.drop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
