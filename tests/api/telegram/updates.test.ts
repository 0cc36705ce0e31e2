import { until } from '../auth/answers';
import { makePerson } from '../../support/people';
import { startProcessServer } from '../../support/process-server';
import { describeWhen } from '../../support/run';
import { startTestServer, type TestServer } from '../../support/server';
import { FakeTelegram, linkTelegram } from '../../support/telegram';

let telegram: FakeTelegram;
beforeEach(async () => {
  telegram = await FakeTelegram.start();
});
afterEach(() => telegram.stop());

const SECRET = 'X-Telegram-Bot-Api-Secret-Token';
const path = '/telegram/updates';
const hello = (chatId: number) => ({
  update_id: 7,
  message: { chat: { id: chatId, type: 'private' }, text: 'hello' },
});

async function withServer(
  settings: Record<string, string>,
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTestServer({ ...telegram.settings, ...settings });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

describe('a webhook', () => {
  const settings = { TELEGRAM_UPDATES: 'webhook', PUBLIC_URL: 'https://chat.example.com' };

  test('is told to Telegram with a secret, and takes updates from whoever shows it', () =>
    withServer(settings, async (server) => {
      await telegram.waitForCall('setWebhook');
      await until('the webhook', () => Promise.resolve(telegram.webhook));
      const { url, secret = '' } = telegram.webhook ?? {};
      expect([url, secret]).toEqual([
        'https://chat.example.com/telegram/updates',
        expect.stringMatching(/^[\w-]{64}$/),
      ]);
      await server.request.post(path).set(SECRET, secret).send(hello(1)).expect(204);
      await telegram.waitForMessage(1, /linked to no account/);
      for (const wrong of ['', `${secret}x`, secret.slice(1)])
        expect(
          (await server.request.post(path).set(SECRET, wrong).send(hello(2)).expect(403)).body.code,
        ).toBe('forbidden');
      expect((await server.request.post(path).send(hello(2)).expect(403)).body.code).toBe('forbidden');
      for (const nonsense of [{}, { update_id: 'one' }, []])
        expect(
          (await server.request.post(path).set(SECRET, secret).send(nonsense).expect(400)).body.code,
        ).toBe('validation_failed');
      for (const unknown of [{ update_id: 1 }, { update_id: 2, message: 'none' }, { update_id: 3, poll: {} }])
        await server.request.post(path).set(SECRET, secret).send(unknown).expect(204);
      await server.request
        .post(path)
        .set(SECRET, secret)
        .send({ update_id: 4, message: { text: 'a'.repeat(600_000) } })
        .expect(413);
      expect(telegram.messagesTo(2)).toEqual([]);
      expect(telegram.callsOf('getUpdates')).toEqual([]);
    }));

  test('is set again until Telegram takes it', async () => {
    let refusals = 1;
    telegram.behave = ({ method }) =>
      method === 'setWebhook' && (refusals -= 1) >= 0 ? { error: 500 } : undefined;
    await withServer(settings, async () => {
      await until('the webhook', () => Promise.resolve(telegram.webhook));
      expect(telegram.callsOf('setWebhook')).toHaveLength(2);
    });
  });

  test('is not there without a bot, and where updates are asked for', async () => {
    await withServer({}, async (server) => {
      expect((await server.request.post(path).send(hello(1)).expect(404)).body.code).toBe('not_found');
    });
    await withServer({ TELEGRAM_BOT_TOKEN: '' }, async (server) => {
      expect((await server.request.post(path).send(hello(1)).expect(404)).body.code).toBe('not_found');
      expect(server.container.telegram).toBeNull();
    });
  });
});

describe('polling', () => {
  test('takes the webhook away, goes on where it was after a restart, and ends at once', () =>
    withServer({}, async (server) => {
      await telegram.waitForCall('getUpdates');
      expect(telegram.callsOf('deleteWebhook')).toHaveLength(1);
      const { update_id: first } = telegram.say(1, 'hello');
      await telegram.waitForMessage(1);
      await until('the confirmation', () => Promise.resolve(telegram.unconfirmed === 0));
      const began = Date.now();
      await server.restart();
      expect(Date.now() - began).toBeLessThan(8_000);
      const polls = () => telegram.callsOf('getUpdates').map(({ params }) => params.offset);
      const before = polls().length;
      await until('the next poll', () => Promise.resolve(polls().length > before));
      expect(polls().at(-1)).toBe(String(first + 1));
      expect(telegram.messagesTo(1)).toHaveLength(1);
    }));

  test('handles what came while the server was down, and what Telegram numbers anew after a week', () =>
    withServer({}, async (server) => {
      telegram.say(1, 'hello');
      await telegram.waitForMessage(1);
      await until('the confirmation', () => Promise.resolve(telegram.unconfirmed === 0));
      const { writer } = await server.database();
      await writer.telegramBot.updateMany({ data: { nextUpdateAt: new Date(Date.now() - 7 * 86_400_000) } });
      telegram.countUpdatesFrom(5);
      await server.restart();
      telegram.say(2, 'hello');
      await telegram.waitForMessage(2);
    }));

  test('waits after errors, and then goes on', () =>
    withServer({}, async () => {
      await telegram.waitForCall('getUpdates');
      const failures = ['cut', { error: 500 }, { error: 429, retryAfter: 1 }] as const;
      let at = 0;
      telegram.behave = ({ method }) => (method === 'getUpdates' ? failures[at++] : undefined);
      telegram.say(1, 'hello');
      await telegram.waitForMessage(1);
      telegram.say(1, 'hello again');
      await until('all failures', () => Promise.resolve(at >= failures.length));
      await until('the update', () => Promise.resolve(telegram.unconfirmed === 0));
    }));

  test('goes on when the token is taken again after one answer that it is not', () =>
    withServer({}, async (server) => {
      await telegram.waitForCall('getUpdates');
      let refusals = 1;
      telegram.behave = ({ method }) =>
        method === 'getUpdates' && (refusals -= 1) >= 0 ? { error: 401 } : undefined;
      telegram.say(1, 'hello');
      await telegram.waitForCall('getUpdates');
      telegram.say(2, 'hello');
      const ada = await makePerson(server);
      // Whatever is asked next tells that the token is good.
      await server.request.post('/api/v1/users/me/telegram').set(ada.authorization).expect(200);
      await telegram.waitForMessage(1);
      await telegram.waitForMessage(2);
      expect(refusals).toBeLessThan(0);
    }));

  test('an update that cannot be handled keeps no other one waiting', () =>
    withServer({}, async (server) => {
      await telegram.waitForCall('getUpdates');
      const { writer } = await server.database();
      await writer.$executeRawUnsafe('DROP TABLE telegram_link_code');
      telegram.say(1, '/start abc');
      telegram.say(2, 'hello');
      await telegram.waitForMessage(2);
      await until('both to be confirmed', () => Promise.resolve(telegram.unconfirmed === 0));
    }));
});

describe('a process', () => {
  const SECRET_PART = (): string => telegram.token.split(':')[1] ?? '';

  test('logs a token that is not taken once, and never the token', async () => {
    const { settings } = telegram;
    telegram.token = '7000001:another-token_than_the_server_has';
    const server = await startProcessServer({ ...settings, LOG_LEVEL: 'trace' });
    try {
      await until('the refusal', () => Promise.resolve(server.output.includes('does not take')));
      const ada = await makePerson(server);
      const { body } = await server.request
        .post('/api/v1/users/me/telegram')
        .set(ada.authorization)
        .expect(503);
      expect(body.code).toBe('unavailable');
      const calls = telegram.calls.length;
      await server.kill('SIGTERM');
      expect(telegram.calls).toHaveLength(calls);
      expect(server.output.match(/does not take/g)).toHaveLength(1);
      expect(server.output).not.toContain(settings.TELEGRAM_BOT_TOKEN?.split(':')[1]);
    } finally {
      await server.stop();
    }
  }, 60_000);

  test('logs that Telegram is away, and that another program polls, without the token', async () => {
    const server = await startProcessServer({ ...telegram.settings, LOG_LEVEL: 'trace' });
    try {
      await telegram.waitForCall('getUpdates');
      let at = 0;
      telegram.behave = ({ method }) =>
        method === 'getUpdates'
          ? ([{ error: 409, description: 'Conflict' }, 'cut'] as const)[at++]
          : undefined;
      telegram.say(1, 'hello');
      await until('both', () => Promise.resolve(at >= 2));
      telegram.say(1, 'hello again');
      await until('the end of them', () => Promise.resolve(telegram.unconfirmed === 0));
      expect(server.output).toContain('another program asks');
      expect(server.output).not.toContain(SECRET_PART());
    } finally {
      await server.stop();
    }
  }, 60_000);

  test('that is killed between sending and noting it sends again, and handles no update twice', async () => {
    const server = await startProcessServer({ ...telegram.settings });
    try {
      const ada = await makePerson(server);
      await linkTelegram(server, telegram, ada, 1);
      telegram.behave = ({ method }) => (method === 'sendMessage' ? 'hang when done' : undefined);
      telegram.say(1, '/mute');
      await telegram.waitForMessage(1, /^Muted/);
      await server.kill();
      telegram.behave = () => undefined;
      const { writer } = await server.database();
      const past = new Date(Date.now() - 1);
      await writer.outboxJob.updateMany({ data: { leasedUntil: past } });
      await writer.telegramBot.updateMany({ data: { leasedUntil: past } });
      await server.start();
      await telegram.waitForMessage(1, /^Muted/);
      await until('the empty outbox', async () => (await writer.outboxJob.count()) === 0);
      expect(telegram.messagesTo(1).filter((text) => text.startsWith('Muted'))).toHaveLength(2);
      expect(await writer.telegramLink.findMany()).toHaveLength(1);
    } finally {
      await server.stop();
    }
  }, 60_000);
});

describeWhen('mysql')('two processes', () => {
  test('one serves the bot; the other one takes over when it stops, or is killed', async () => {
    const first = await startProcessServer({ ...telegram.settings });
    const second = await startTestServer(telegram.settings, { sharing: first });
    try {
      telegram.say(1, 'hello');
      await telegram.waitForMessage(1);
      await first.kill();
      const { writer } = second.container.database;
      await writer.telegramBot.updateMany({ data: { leasedUntil: new Date(Date.now() - 1) } });
      telegram.say(2, 'hello');
      await telegram.waitForMessage(2, /./, 20_000);
      await first.start();
      telegram.say(3, 'hello');
      await telegram.waitForMessage(3, /./, 20_000);
      await second.container.telegram?.stop();
      telegram.say(4, 'hello');
      await telegram.waitForMessage(4, /./, 20_000);
      expect(telegram.conflicts).toBe(0);
      for (const chat of [1, 2, 3, 4]) expect(telegram.messagesTo(chat)).toHaveLength(1);
    } finally {
      await second.stop();
      await first.stop();
    }
  }, 90_000);
});
