import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startExplainedServer, type ExplainedServer } from '../support/explained-server';
import { looksForRows, shapeOf } from '../support/plans';
import { layoutOfSchema } from '../support/table-layout';
import { FakeTelegram } from '../support/telegram';
import { accountCalls } from './indexes/account-calls';
import { adminCalls } from './indexes/admin-calls';
import { backgroundCalls } from './indexes/background-calls';
import { conversationCalls } from './indexes/conversation-calls';
import { storeCrowd } from './indexes/crowd';
import { fileCalls } from './indexes/file-calls';
import { isMeantToScan, NOT_READ } from './indexes/exceptions';
import { messageCalls } from './indexes/message-calls';
import { makeWorld, type World } from './indexes/world';

/** Rows from which on nobody should read a table from end to end. */
const LARGE = 1_000;

/**
 * Everything that a server does all day. A new capability adds its calls here, and rows of its tables to the crowd's. What runs in the
 * background comes last: it takes away what others look for.
 */
const CALLS = {
  ...messageCalls,
  ...conversationCalls,
  ...accountCalls,
  ...fileCalls,
  ...adminCalls,
  ...backgroundCalls,
};

const schema = readFileSync(path.join(__dirname, '../../prisma/schema.prisma'), 'utf8');
const LAYOUT = layoutOfSchema(schema);
const TABLES = LAYOUT.map(({ table }) => table);
const INDEXES = LAYOUT.flatMap(({ table, indexes }) =>
  indexes.map((index) => `${table}.${index.split(' ')[1]}`),
);

describe('indexes', () => {
  jest.setTimeout(120_000);

  let telegram: FakeTelegram;
  let explained: ExplainedServer;
  let world: World;
  const used = new Set<string>();

  beforeAll(async () => {
    telegram = await FakeTelegram.start();
    explained = await startExplainedServer({ RATE_LIMITS: 'off', ...telegram.settings });
    world = await makeWorld(explained.server);
    await storeCrowd(explained.server.container.database, world);
    await explained.analyze(TABLES);
  });
  afterAll(async () => {
    await explained.stop();
    await telegram.stop();
  });

  test('are what a database would choose: every table is large', async () => {
    const { reader } = explained.server.container.database;
    const small: string[] = [];
    for (const table of TABLES) {
      const [row] = await reader.$queryRawUnsafe<{ total: unknown }[]>(
        `SELECT COUNT(*) AS total FROM \`${table}\``,
      );
      if (Number(row?.total) < LARGE) small.push(`${table}: ${Number(row?.total)}`);
    }
    expect(small).toEqual([]);
  });

  test.each(Object.entries(CALLS))('find what is asked for: %s', async (_, call) => {
    explained.recorder.take();
    await call(world);
    const statements = explained.recorder.take().filter(looksForRows);
    const scans: string[] = [];
    for (const [shape, statement] of new Map(statements.map((sent) => [shapeOf(sent), sent]))) {
      for (const { table, indexes, isScan, text } of await explained.explain(statement)) {
        for (const index of indexes) used.add(`${table}.${index}`);
        if (isScan && !isMeantToScan(table, shape)) scans.push(`${text}\n  ${shape}`);
      }
    }
    expect(scans).toEqual([]);
  });

  test('are read by somebody, or there for a reason', () => {
    expect([...used].filter((index) => !INDEXES.includes(index))).toEqual([]);
    expect(Object.keys(NOT_READ).filter((index) => !INDEXES.includes(index))).toEqual([]);
    expect(INDEXES.filter((index) => !used.has(index) && !(index in NOT_READ))).toEqual([]);
  });
});
