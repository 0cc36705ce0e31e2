import type { Test } from 'supertest';
import { newId } from '../../src/helpers/ids';
import { nodeSettings, startNodes, stopNodes } from './nodes';
import { startOneServer } from './one-server';
import type { CheckedRequests } from './openapi-check';
import type { TestServer } from './server';

const HEARD_WITHIN_MS = 5_000;

/** @returns resolves when all that has happened at one node was heard at the other: Redis brings it in the order it happened */
function hearingOf(teller: TestServer, hearer: TestServer): () => Promise<void> {
  const waiting = new Map<string, () => void>();
  hearer.container.bus.everywhere.on('user.updated', ({ userId }) => waiting.get(userId)?.());
  return async () => {
    const nobody = newId();
    let late: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      waiting.set(nobody, resolve);
      late = setTimeout(() => reject(new Error('a node did not hear the other')), HEARD_WITHIN_MS);
      teller.container.bus.publish('user.updated', { userId: nobody, userVersion: 0 });
    });
    clearTimeout(late);
    waiting.delete(nobody);
  };
}

/** A request that is over when its answer is there and each node has heard of what it did. */
function heardBefore(request: Test, heardEverywhere: () => Promise<void>): Test {
  const answered = request.then.bind(request);
  const heard: Test['then'] = (...then) =>
    answered(async (answer) => {
      await heardEverywhere();
      return answer;
    }).then(...then);
  return Object.assign(request, { then: heard });
}

/**
 * Two nodes in this process that look like one server: every other client connects to the other one, and so does every other request.
 * What happens at one reaches the other by Redis alone, and overtakes what happens there. So that tests may say what is told before what,
 * an answer is given to them when both nodes have heard of what it answers.
 */
export async function startSpreadServer(overrides: Record<string, string>): Promise<TestServer> {
  const { REDIS_URL = '', REDIS_PREFIX = '', REDIS_WAIT = '', ROOM_CHECK_INTERVAL = '' } = nodeSettings();
  const settings = { REDIS_URL, REDIS_PREFIX, REDIS_WAIT, ROOM_CHECK_INTERVAL, ...overrides };
  const nodes = await startNodes(settings);
  const [first] = nodes;
  const hearings = ([one, other]: typeof nodes) => [hearingOf(one, other), hearingOf(other, one)];
  let heard = hearings(nodes);
  const heardEverywhere = async (): Promise<void> => {
    await Promise.all(heard.map((by) => by()));
  };
  const closers: (() => void | Promise<void>)[] = [];
  const closeClients = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
  };
  let [connections, requests] = [0, 0];
  const nodeFor = (count: number): TestServer => (count % 2 === 0 ? first : nodes[1]);
  return {
    get url() {
      return nodeFor(connections++).url;
    },
    get request() {
      const { request } = nodeFor(requests++);
      const methods = Object.entries(request) as [keyof CheckedRequests, (path: string) => Test][];
      return Object.fromEntries(
        methods.map(([method, ask]) => [method, (path) => heardBefore(ask(path), heardEverywhere)]),
      ) as CheckedRequests;
    },
    get container() {
      return first.container;
    },
    get io() {
      return first.io;
    },
    get nodes() {
      return nodes.flatMap((node) => node.nodes);
    },
    get metricsUrl() {
      return first.metricsUrl;
    },
    mail: first.mail,
    home: first.home,
    database: () => first.database(),
    heardEverywhere,
    onStop: (close) => void closers.push(close),
    async restart(changed = {}) {
      await closeClients();
      await nodes[1].stop();
      await first.restart(changed);
      nodes[1] = await startOneServer({ ...settings, ...changed }, { sharing: first });
      heard = hearings(nodes);
    },
    async stop() {
      await closeClients();
      await stopNodes(nodes);
    },
  };
}
