import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { makeChat, openChat, send } from '../support/chats';
import { knowEachOther, nodeSettings, startNodes, stopNodes } from '../support/nodes';
import { makePerson, type Person } from '../support/people';
import { startRedis, type PrivateRedis } from '../support/redis';
import { describeCluster } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { mustBeExact } from '../invariants/model/must-be-exact';
import { Device } from '../invariants/model/device';
import { until } from '../api/auth/answers';

const MESSAGES_EACH = 15;
const MANY = 10;
const LEASE_AND_GRACE_MS = 7_000;
const SHORTER_THAN_A_LEASE_MS = 3_000;
/** Less than what a node has to come back in after the others; with what was before, more than a lease. */
const FAIR_MS = 3_500;

describeCluster('two nodes and a Redis that fails', () => {
  jest.setTimeout(60_000);

  let redis: PrivateRedis;
  let proxy: TcpProxy;
  let nodes: [TestServer, TestServer];
  beforeAll(async () => {
    const started = await startRedis();
    if (!started) throw new Error('these tests need a redis-server of their own');
    redis = started;
    proxy = await startTcpProxy(redis.port);
    nodes = await startNodes({ ...nodeSettings(`redis://127.0.0.1:${proxy.port}/`), RATE_LIMITS: 'on' });
  });
  afterAll(async () => {
    await stopNodes(nodes ?? []);
    await proxy?.close();
    redis?.stop();
  });

  const say = (node: TestServer, person: Person, chatId: string, content: string) =>
    node.request.post(`/api/v1/chats/${chatId}/messages`).set(person.authorization).send({ content });
  const checks = async (node: TestServer) =>
    (await node.request.get('/health/ready').expect(200)).body.checks;

  test('restarted under load, it costs no message: sockets are told to resync, and are exact then', async () => {
    const [one, other] = nodes;
    const { ada, bob, chat } = await makeChat(one);
    const place = { kind: 'chat', id: chat.id } as const;
    const [adas, bobs] = [new Device(ada, one), new Device(bob, other)];
    for (const device of [adas, bobs]) {
      await device.connect();
      await device.join(place);
    }
    const talk = async (node: TestServer, person: Person): Promise<void> => {
      for (let number = 0; number < MESSAGES_EACH; number += 1)
        await say(node, person, chat.id, `${person.username} ${number}`).expect(201);
    };
    const talking = Promise.all([talk(one, ada), talk(other, bob)]);
    await redis.kill();
    await talking;
    await redis.start();
    for (const { heard } of [adas, bobs])
      await until('the resync', () => Promise.resolve(heard.some(({ name }) => name === 'resync')));
    for (const device of [adas, bobs]) await mustBeExact([device]);
    // And they hear each other again.
    const bobsSocket = await connect(other, bob.tokens);
    await bobsSocket.must('join_chat', { chatId: chat.id });
    await say(one, ada, chat.id, 'back').expect(201);
    await bobsSocket.next('chat_message', ({ content }) => content === 'back');
  });

  test('whoever is connected stays online when it has forgotten them', async () => {
    const [one, other] = nodes;
    const { ada, bob, chat } = await makeChat(one);
    await send(one, ada, chat.id, 'hello');
    await connect(one, ada.tokens);
    const bobs = await connect(other, bob.tokens);
    await redis.kill();
    await redis.start();
    await knowEachOther(nodes);
    await until('it to be told of them again', async () => {
      const seen = await other.request.get(`/api/v1/users/${ada.id}`).set(bob.authorization).expect(200);
      return seen.body.online === true;
    });
    expect(bobs.payloads('presence_change').filter(({ online }) => !online)).toEqual([]);
  });

  test('nobody goes offline because it was away for longer than a lease and a grace', async () => {
    const [one, other] = nodes;
    const { ada, bob, chat } = await makeChat(one);
    await send(one, ada, chat.id, 'hello');
    const bobs = await connect(other, bob.tokens);
    await connect(one, ada.tokens);
    await bobs.next('presence_change', ({ online }) => online);
    await proxy.refuse();
    proxy.cutAll();
    await wait(LEASE_AND_GRACE_MS);
    await proxy.pass();
    await knowEachOther(nodes);
    // Whoever goes now is told; had others been, it would have been before.
    const eve = await makePerson(one);
    const { id } = await openChat(one, eve, bob);
    await send(one, eve, id, 'hello');
    const eves = await connect(one, eve.tokens);
    await bobs.next('presence_change', ({ userId, online }) => userId === eve.id && online);
    eves.close();
    await bobs.next('presence_change', ({ userId, online }) => userId === eve.id && !online, 15_000);
    expect(bobs.payloads('presence_change').filter(({ userId }) => userId === ada.id)).toHaveLength(1);
  });

  test('one that does not answer holds nobody up, and is taken up again', async () => {
    const [one] = nodes;
    const { ada, chat } = await makeChat(one);
    proxy.stall();
    const before = Date.now();
    for (let number = 0; number < MANY; number += 1) await say(one, ada, chat.id, 'hello').expect(201);
    expect(Date.now() - before).toBeLessThan(4_000);
    expect(await checks(one)).toMatchObject({ database: 'ok', redis: 'failed' });
    await proxy.pass();
    proxy.cutAll();
    await knowEachOther(nodes);
  });
});

describeCluster('two nodes to which Redis comes back one after the other', () => {
  jest.setTimeout(60_000);

  let redis: PrivateRedis;
  const proxies: TcpProxy[] = [];
  const nodes: TestServer[] = [];
  beforeAll(async () => {
    redis = (await startRedis()) as PrivateRedis;
    const settings = nodeSettings();
    for (let number = 0; number < 3; number += 1) {
      const proxy = await startTcpProxy(redis.port);
      proxies.push(proxy);
      const through = { ...settings, REDIS_URL: `redis://127.0.0.1:${proxy.port}/` };
      nodes.push(await startTestServer(through, nodes[0] && { sharing: nodes[0] }));
    }
  });
  afterAll(async () => {
    await stopNodes(nodes);
    for (const proxy of proxies) await proxy.close();
    redis?.stop();
  });

  /** Somebody at a node who has written to the listener, at the other one, and whom the listener has seen come. */
  async function seenBy(bobs: Client, bob: Person, node: TestServer): Promise<Person> {
    const person = await makePerson(node);
    const { id } = await openChat(node, person, bob);
    await send(node, person, id, 'hello');
    await connect(node, person.tokens);
    await bobs.next('presence_change', ({ userId, online }) => userId === person.id && online);
    return person;
  }
  const changesOf = (bobs: Client, { id }: Person) =>
    bobs.payloads('presence_change').flatMap(({ userId, online }) => (userId === id ? online : []));

  test('the first one back gives up who stays away for long, and nobody else', async () => {
    const [one, other, lost] = nodes as [TestServer, TestServer, TestServer];
    const bob = await makePerson(other);
    const bobs = await connect(other, bob.tokens);
    const [ada, eve] = [await seenBy(bobs, bob, one), await seenBy(bobs, bob, lost)];
    for (const proxy of proxies) proxy.stall();
    await wait(SHORTER_THAN_A_LEASE_MS);
    await proxies[1]?.pass();
    await wait(FAIR_MS);
    await proxies[0]?.pass();
    await bobs.next('presence_change', ({ userId, online }) => userId === eve.id && !online, 15_000);
    await knowEachOther([one, other]);
    expect(changesOf(bobs, eve)).toEqual([true, false]);
    expect(changesOf(bobs, ada)).toEqual([true]);
  });
});

describeCluster('limits', () => {
  let redis: PrivateRedis;
  let nodes: [TestServer, TestServer];
  beforeAll(async () => {
    redis = (await startRedis()) as PrivateRedis;
    nodes = await startNodes({ ...nodeSettings(redis.url), RATE_LIMITS: 'on', LIMITS: 'message=4/60' });
  });
  afterAll(async () => {
    await stopNodes(nodes ?? []);
    redis?.stop();
  });
  const statuses = async (among: readonly TestServer[], count: number): Promise<number[]> => {
    const [ada, bob] = [await makePerson(nodes[0]), await makePerson(nodes[0])];
    const { id } = await openChat(nodes[0], ada, bob);
    const answers: number[] = [];
    for (let number = 0; number < count; number += 1) {
      const node = among[number % among.length] as TestServer;
      const { status } = await node.request
        .post(`/api/v1/chats/${id}/messages`)
        .set(ada.authorization)
        .send({ content: 'x' });
      answers.push(status);
    }
    return answers;
  };

  test('are counted by all nodes together, and by each alone while Redis is away', async () => {
    expect(await statuses(nodes, 6)).toEqual([201, 201, 201, 201, 429, 429]);
    await redis.kill();
    expect(await statuses([nodes[0]], 5)).toEqual([201, 201, 201, 201, 429]);
    const { body } = await nodes[0].request.get('/health/ready').expect(200);
    expect(body).toEqual({ status: 'ok', checks: { database: 'ok', redis: 'failed', running: 'ok' } });
  });
});

describeCluster('a start without Redis', () => {
  test('waits, and says what is missing', async () => {
    const settings = { ...nodeSettings('redis://127.0.0.1:1/'), REDIS_WAIT: '1s' };
    await expect(startTestServer(settings)).rejects.toThrow('Redis at 127.0.0.1:1 did not answer for 1 s');
  });

  test('says that it may not listen there', async () => {
    const redis = (await startRedis()) as PrivateRedis;
    const admin = createClient({ url: redis.url });
    await admin.connect();
    await admin.sendCommand(['ACL', 'SETUSER', 'deaf', 'on', 'nopass', '~*', '+@all', 'resetchannels']);
    await admin.close();
    const settings = nodeSettings(redis.url.replace('//', '//deaf:any@'));
    await expect(startTestServer(settings)).rejects.toThrow(/refuses: NOPERM/);
    redis.stop();
  });
});
