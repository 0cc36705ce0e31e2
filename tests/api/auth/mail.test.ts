import { createServer, type Server, type Socket } from 'node:net';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { foldCase } from '../../../src/helpers/text';
import { PASSWORD } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName, until } from './answers';

const signUp = (server: TestServer, name: string) =>
  server.request
    .post('/api/v1/auth/sign-up')
    .send({ email: `${name}@example.com`, username: name, password: PASSWORD })
    .expect(202);
const mailsOf = async (server: TestServer) =>
  (await server.database()).reader.outboxJob.findMany({ where: { kind: 'mail' } });
const releaseRetries = async (server: TestServer) =>
  (await server.database()).writer.outboxJob.updateMany({
    where: { leasedBy: null },
    data: { nextAt: new Date() },
  });

describe('a mail server that refuses for the moment', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ RATE_LIMITS: 'off' });
  });
  afterAll(() => server.stop());

  test('loses nothing: the mail waits in the outbox, survives a restart and is sent once', async () => {
    server.mail.refusing = true;
    const name = newName();
    await signUp(server, name);
    const [job] = await until('the failed try', async () => {
      const jobs = await mailsOf(server);
      return jobs[0]?.lastError ? jobs : undefined;
    });
    expect(job).toMatchObject({ attempts: 1, leasedBy: null, deadAt: null });
    expect(job?.nextAt.getTime()).toBeGreaterThan(Date.now() + 5_000);
    expect(job?.lastError).not.toMatch(/\b\d{6}\b/);
    const { payload } = job ?? {};
    server.mail.refusing = false;
    await server.restart();
    await releaseRetries(server);
    const code = await server.mail.codeFor(`${name}@example.com`);
    expect(payload).not.toContain(code);
    expect(payload).not.toContain('enter this code');
    const email = `${name}@example.com`;
    await server.request.post('/api/v1/auth/verify-email').send({ email, code }).expect(200);
    await until('the empty outbox', async () => (await mailsOf(server)).length === 0);
    expect(server.mail.received.filter(({ to }) => to === email)).toHaveLength(1);
  });

  test('a code that expired in the outbox is not sent, and not kept', async () => {
    server.mail.refusing = true;
    const name = newName();
    await signUp(server, name);
    const [job] = await until('the failed try', async () => {
      const jobs = await mailsOf(server);
      return jobs[0]?.lastError ? jobs : undefined;
    });
    const payload = JSON.parse(job?.payload ?? '{}');
    const { writer } = await server.database();
    await writer.outboxJob.updateMany({
      where: { id: job?.id },
      data: { payload: JSON.stringify({ ...payload, expiresAt: new Date().toISOString() }) },
    });
    server.mail.refusing = false;
    await releaseRetries(server);
    await until('the empty outbox', async () => (await mailsOf(server)).length === 0);
    expect(server.mail.received.filter(({ to }) => to === `${name}@example.com`)).toEqual([]);
  }, 15_000);
});

describe('a mail server that accepts connections and says nothing', () => {
  let silent: Server;
  const connections = new Set<Socket>();
  let server: TestServer;
  beforeAll(async () => {
    silent = createServer((socket) => connections.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    server = await startTestServer({ RATE_LIMITS: 'off', SMTP_PORT: String(port) });
  });
  afterAll(async () => {
    silent.close();
    for (const socket of connections) socket.destroy();
    await server.stop();
  });

  test('delays no request, and every mail is kept', async () => {
    const names = Array.from({ length: 12 }, newName);
    const started = Date.now();
    for (const name of names) await signUp(server, name);
    expect(Date.now() - started).toBeLessThan(5_000);
    const waiting = (await mailsOf(server)).map(({ payload }) => foldCase(JSON.parse(payload).to));
    expect(waiting.sort()).toEqual(names.map((name) => `${name}@example.com`).sort());
  });
});

test('without a mail server, mails are files that only the owner reads, with the code on a line of its own', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'chat-mail-'));
  const server = await startTestServer({
    RATE_LIMITS: 'off',
    SMTP_HOST: '',
    SMTP_PORT: '',
    DATA_DIR: dataDir,
  });
  try {
    const names = [newName(), newName()];
    const folder = path.join(dataDir, 'outbox');
    const files: string[] = [];
    for (const name of names) {
      await signUp(server, name);
      const isNew = (file: string): boolean => file.endsWith(`-${name}@example.com.eml`);
      files.push(await until('the file', async () => (await readdir(folder).catch(() => [])).find(isNew)));
    }
    expect([...files].sort()).toEqual(files);
    const [first] = files.map((file) => path.join(folder, file));
    expect((await stat(first ?? '')).mode & 0o777).toBe(0o600);
    const source = await readFile(first ?? '', 'utf8');
    const code = /^\d{6}$/m.exec(source)?.[0];
    expect(source).toMatch(/^Content-Transfer-Encoding: 7bit$/m);
    const email = `${names[0]}@example.com`;
    await server.request.post('/api/v1/auth/verify-email').send({ email, code }).expect(200);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
