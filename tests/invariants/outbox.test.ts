import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from '../../src/config/env';
import type { Database } from '../../src/database/database';
import { migrate, openDatabase } from '../../src/database/open';
import { createLogger } from '../../src/helpers/logger';
import type { Mail } from '../../src/services/notifications/mails';
import { PermanentFailure } from '../../src/services/notifications/outbox.jobs';
import { enqueue } from '../../src/services/notifications/outbox.queries';
import { OutboxWorker } from '../../src/services/notifications/outbox.worker';
import { MailSeal } from '../../src/services/notifications/sealed-mails';
import { until } from '../api/auth/answers';
import { makeHome, type Home } from '../support/home';

let home: Home;
let database: Database;
const logger = createLogger('silent', false);
const workers: OutboxWorker[] = [];
const mailSeal = new MailSeal('a secret');

beforeAll(async () => {
  home = await makeHome();
  const config = loadConfig(home.settings);
  await migrate(config.database, logger);
  database = await openDatabase(config.database);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await database.writer.outboxJob.deleteMany();
});
afterAll(async () => {
  await database.close();
  await home.remove();
});

/** A worker whose mail server is this function. */
function startWorker(send: (mail: Mail) => Promise<void>, clock?: () => Date): OutboxWorker {
  const worker = new OutboxWorker({
    database,
    logger,
    clock,
    mailSeal,
    mailer: { send, close: () => Promise.resolve() },
  });
  workers.push(worker);
  worker.start();
  return worker;
}
const mail = (subject: string, expiresAt?: string) => ({
  to: 'ada@example.com',
  subject,
  text: '123456',
  expiresAt,
});
const write = (subject: string, expiresAt?: string, now = new Date()) =>
  enqueue(database.writer, 'mail', mail(subject, expiresAt), now);
const rows = () => database.writer.outboxJob.findMany();

test('workers of several processes share the jobs: each is done once', async () => {
  for (let number = 0; number < 60; number += 1) await write(String(number));
  const sent: string[] = [];
  const send = async ({ subject }: Mail): Promise<void> => {
    sent.push(subject);
    await wait(2);
  };
  for (let process = 0; process < 3; process += 1) startWorker(send);
  await until('the empty outbox', async () => (await rows()).length === 0);
  expect(sent.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, number) => number));
});

test('at most five at a time', async () => {
  for (let number = 0; number < 20; number += 1) await write(String(number));
  let busy = 0;
  let most = 0;
  startWorker(async () => {
    most = Math.max(most, (busy += 1));
    await wait(5);
    busy -= 1;
  });
  await until('the empty outbox', async () => (await rows()).length === 0);
  expect(most).toBe(5);
});

test('a job in a rolled back transaction never was', async () => {
  const sent: string[] = [];
  const worker = startWorker(({ subject }) => Promise.resolve(void sent.push(subject)));
  const failing = database.transaction(async (db) => {
    await enqueue(db, 'mail', mail('never'), new Date());
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await write('ever');
  worker.wake();
  await until('the mail', () => Promise.resolve(sent.length > 0));
  expect(sent).toEqual(['ever']);
});

test('twelve tries over a day, then a dead letter that keeps neither code nor address', async () => {
  let now = new Date();
  let tries = 0;
  await write('hopeless', undefined, now);
  const worker = startWorker(
    () => {
      tries += 1;
      return Promise.reject(new Error('no such host'));
    },
    () => now,
  );
  for (let round = 1; round <= 12; round += 1) {
    worker.wake();
    const [row] = await until('a failed try', async () => {
      const found = await rows();
      return found[0]?.leasedBy === null && tries === round ? found : undefined;
    });
    if (row && row.nextAt > now) now = row.nextAt;
  }
  expect(await rows()).toEqual([
    expect.objectContaining({
      attempts: 12,
      payload: '{}',
      lastError: 'no such host',
      deadAt: now,
      leasedBy: null,
    }),
  ]);
  worker.wake();
  await wait(50);
  expect(tries).toBe(12);
});

test('a mail with a code is sealed while it waits, and one sealed with another secret is a dead letter', async () => {
  const sent: string[] = [];
  for (const [subject, seal] of [
    ['ours', mailSeal],
    ['theirs', new MailSeal('another secret')],
  ] as const)
    await enqueue(database.writer, 'mail', seal.close(mail(subject)), new Date());
  for (const { payload } of await rows()) expect(payload).not.toContain('123456');
  startWorker(({ subject, text }) => {
    sent.push(`${subject} ${text}`);
    return Promise.resolve();
  });
  const [dead] = await until('the dead letter', async () => {
    const left = await rows();
    return left.length === 1 && left[0]?.deadAt ? left : undefined;
  });
  expect([dead?.payload, dead?.lastError]).toEqual(['{}', 'it was sealed with another secret']);
  expect(sent).toEqual(['ours 123456']);
});

test('a receiver that is refused for good, and a payload that nobody can read, are dead letters at once', async () => {
  await write('refused');
  await database.writer.outboxJob.createMany({
    data: [
      {
        id: 'x'.repeat(36),
        kind: 'mail',
        payload: '{"text":"654321',
        attempts: 0,
        nextAt: new Date(),
        createdAt: new Date(),
      },
    ],
  });
  startWorker(() => Promise.reject(new PermanentFailure('550 no such mailbox')));
  const dead = await until('two dead letters', async () => {
    const found = (await rows()).filter(({ deadAt }) => deadAt);
    return found.length === 2 && found;
  });
  expect(dead.map(({ payload, lastError }) => [payload, lastError]).sort()).toEqual([
    ['{}', '550 no such mailbox'],
    ['{}', 'its payload is not JSON'],
  ]);
});

test('a code that will have expired before the next try is dropped', async () => {
  await write('code', new Date(Date.now() + 5_000).toISOString());
  startWorker(() => Promise.reject(new Error('try later')));
  await until('the empty outbox', async () => (await rows()).length === 0);
});

test('what a killed worker had is done by another one when the lease is over', async () => {
  await write('orphan');
  const leasedUntil = new Date(Date.now() - 1);
  await database.writer.outboxJob.updateMany({
    data: { leasedBy: 'd'.repeat(36), leasedUntil, attempts: 1 },
  });
  startWorker(() => Promise.resolve());
  await until('the empty outbox', async () => (await rows()).length === 0);
});

test('what has killed twelve workers is given up, untried', async () => {
  await write('deadly');
  const leasedUntil = new Date(Date.now() - 1);
  await database.writer.outboxJob.updateMany({
    data: { leasedBy: 'd'.repeat(36), leasedUntil, attempts: 12 },
  });
  const sent: string[] = [];
  startWorker(({ subject }) => Promise.resolve(void sent.push(subject)));
  const [dead] = await until('the dead letter', async () => {
    const found = await rows();
    return found[0]?.deadAt === null ? undefined : found;
  });
  expect(sent).toEqual([]);
  expect(dead).toMatchObject({ attempts: 13, payload: '{}', leasedBy: null });
});

test('a leased job is nobody else’s', async () => {
  await write('taken');
  await database.writer.outboxJob.updateMany({
    data: { leasedBy: 'd'.repeat(36), leasedUntil: new Date(Date.now() + 60_000) },
  });
  const sent: string[] = [];
  const worker = startWorker(({ subject }) => Promise.resolve(void sent.push(subject)));
  await write('free');
  worker.wake();
  await until('the free one', () => Promise.resolve(sent.length > 0));
  expect(sent).toEqual(['free']);
  expect(await rows()).toHaveLength(1);
});

test('stop waits for what is being done, up to a deadline, and start goes on', async () => {
  const sent: string[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await write('first');
  const worker = startWorker(async ({ subject }) => {
    sent.push(subject);
    await held;
  });
  await until('the beginning', () => Promise.resolve(sent.length > 0));
  await worker.stop(20);
  expect(await rows()).toHaveLength(1);
  await write('second');
  release();
  worker.start();
  await until('the empty outbox', async () => (await rows()).length === 0);
  await worker.stop();
  expect(sent).toEqual(['first', 'second']);
});
