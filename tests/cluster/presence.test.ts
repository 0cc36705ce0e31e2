import { openRedis } from '../../src/database/redis';
import { createLogger } from '../../src/helpers/logger';
import { RedisLeases } from '../../src/services/presence/redis-leases';
import { until } from '../api/auth/answers';
import { makeChat, openChat, send } from '../support/chats';
import { nodeSettings, stopNodes } from '../support/nodes';
import { makePerson, type Person } from '../support/people';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeCluster } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

describeCluster('presence on two nodes', () => {
  const settings = nodeSettings();
  const quiet = createLogger('silent', false);
  let one: TestServer;
  let other: TestServer;
  let doomed: ProcessServer;
  beforeAll(async () => {
    one = await startTestServer(settings);
    other = await startTestServer(settings, { sharing: one });
    doomed = await startProcessServer(settings, { sharing: one });
  });
  afterAll(async () => {
    await doomed?.stop();
    await stopNodes([one, other]);
  });

  const next = (client: Client, person: Person, online: boolean) =>
    client.next(
      'presence_change',
      (change) => change.userId === person.id && change.online === online,
      15_000,
    );
  const changesOf = (client: Client, person: Person) =>
    client.payloads('presence_change').filter(({ userId }) => userId === person.id);
  /** Somebody who has written to the listener, so that their presence is told. */
  async function contactOf(listener: Person): Promise<Person> {
    const person = await makePerson(one);
    const chat = await openChat(one, person, listener);
    await send(one, person, chat.id, 'hello');
    return person;
  }
  const isOnline = async (node: TestServer, asked: Person, by: Person) =>
    (await node.request.get(`/api/v1/users/${asked.id}`).set(by.authorization).expect(200)).body.online;

  test('somebody is online wherever their device is, and offline after the last one on any node', async () => {
    const { ada, bob, chat } = await makeChat(one);
    await send(one, ada, chat.id, 'hello');
    const bobs = await connect(other, bob.tokens);
    const phone = await connect(one, ada.tokens);
    expect(await next(bobs, ada, true)).toEqual({ userId: ada.id, online: true });
    expect([await isOnline(one, ada, bob), await isOnline(other, ada, bob)]).toEqual([true, true]);
    const laptop = await connect(other, ada.tokens);
    phone.close();
    // She moves from node to node within the grace.
    const moved = await connect(one, ada.tokens);
    laptop.close();
    const before = Date.now();
    moved.close();
    const offline = await next(bobs, ada, false);
    expect(Date.parse(offline.lastSeenAt ?? '')).toBeGreaterThanOrEqual(before - 50);
    expect(changesOf(bobs, ada).map(({ online }) => online)).toEqual([true, false]);
    expect(await isOnline(one, ada, bob)).toBe(false);
  });

  test('the people of a node that dies go offline, told once by a survivor; who comes back elsewhere does not', async () => {
    const bob = await makePerson(one);
    const [ada, eve] = [await contactOf(bob), await contactOf(bob)];
    const listeners = [await connect(one, bob.tokens), await connect(other, bob.tokens)];
    await connect(doomed, ada.tokens);
    const eves = await connect(doomed, eve.tokens);
    for (const listener of listeners)
      await Promise.all([next(listener, ada, true), next(listener, eve, true)]);
    await doomed.kill('SIGKILL');
    await eves.ended();
    await connect(other, eve.tokens);
    for (const listener of listeners) {
      await next(listener, ada, false);
      expect(changesOf(listener, ada).map(({ online }) => online)).toEqual([true, false]);
      expect(changesOf(listener, eve).map(({ online }) => online)).toEqual([true]);
      // What it had committed and told nobody is to be fetched.
      await listener.next('resync', () => true, 15_000);
    }
    expect(await isOnline(one, ada, bob)).toBe(false);
  });

  test('whoever comes to a node that was given up, and has not noticed yet, is known when it has', async () => {
    const prefix = `${settings.REDIS_PREFIX}-alone`;
    const redis = await openRedis({ url: settings.REDIS_URL ?? '', prefix, waitSeconds: 5 }, quiet);
    const returned = jest.fn();
    const leases = new RedisLeases({ redis, node: 'late', graceMs: 1_000, logger: quiet, returned });
    const known = (userId: string) => redis.run((client) => client.hGet(`${prefix}:presence:people`, userId));
    try {
      await leases.take('ada', 'phone');
      await redis.run((client) => client.zRem(`${prefix}:presence:nodes`, 'late'));
      await leases.take('bob', 'phone');
      expect([await known('ada'), await known('bob')]).toEqual(['1', null]);
      await until('bob to be known', async () => (await known('bob')) === '1');
      expect(returned).toHaveBeenCalledWith('bob');
      await leases.close();
      await leases.take('eve', 'phone');
      expect([await known('ada'), await known('bob'), await known('eve')]).toEqual([null, null, null]);
    } finally {
      await redis.close();
    }
  });
});
