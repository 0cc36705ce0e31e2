import pino from 'pino';
import { BotApi } from '../../../src/services/telegram/bot-api';
import { BOT_TOKEN, FakeTelegram } from '../../support/telegram';

const PAUSE_MS = 50;

let telegram: FakeTelegram;
let api: BotApi;
let logged: string[];
beforeEach(async () => {
  telegram = await FakeTelegram.start();
  logged = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => void logged.push(line) });
  api = new BotApi({ token: BOT_TOKEN, apiUrl: telegram.url }, logger, PAUSE_MS);
});
afterEach(async () => {
  api.refusal.stop();
  await telegram.stop();
});

const messages = (): string[] => logged.map((line) => (JSON.parse(line) as { msg: string }).msg);
const unaborted = new AbortController().signal;

test.each([401, 404])(
  'a token answered with %i is asked for again, more and more seldom, and told once',
  async (error) => {
    let refusals = 4;
    telegram.behave = () => ((refusals -= 1) >= 0 ? { error, description: 'Unauthorized' } : undefined);
    await expect(api.send('1', 'hello')).rejects.toMatchObject({ status: error });
    expect(api.refusal.isThere).toBe(true);
    await api.refusal.untilOver(unaborted);
    expect(api.refusal.isThere).toBe(false);
    const asked = telegram.calls.map(({ at }) => at);
    expect(telegram.calls.map(({ method }) => method)).toEqual([
      'sendMessage',
      ...Array<string>(4).fill('getMe'),
    ]);
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    for (const [index, pause] of pauses.entries())
      expect(pause).toBeGreaterThanOrEqual(PAUSE_MS * 2 ** index - 5);
    await api.send('1', 'hello');
    expect(telegram.messagesTo(1)).toEqual(['hello']);
    expect(messages()).toEqual([
      'Telegram does not take TELEGRAM_BOT_TOKEN; asking again now and then',
      'Telegram takes TELEGRAM_BOT_TOKEN again',
    ]);
  },
);

test('another error meanwhile changes nothing, and whoever stops asks no more', async () => {
  const failures = [{ error: 401 }, 'cut', { error: 500 }] as const;
  telegram.behave = () => failures[telegram.calls.length - 1] ?? 'hang';
  await expect(api.send('1', 'hello')).rejects.toMatchObject({ status: 401 });
  for (let number = 0; number < 3; number += 1) await telegram.waitForCall('getMe');
  expect(api.refusal.isThere).toBe(true);
  api.refusal.stop();
  const stopping = new AbortController();
  const waiting = api.refusal.untilOver(stopping.signal);
  stopping.abort();
  await waiting;
  expect(telegram.calls).toHaveLength(4);
  expect(messages()).toHaveLength(1);
});
