import { EventRelay } from '../../../src/services/cluster/event-relay';
import { DomainEventBus } from '../../../src/services/domain-events';

type Listener = (text: string) => void;

/** A channel between nodes, which can lose what is sent. */
class Channel {
  readonly sent: { readonly node: string; readonly type: string }[] = [];
  losing = false;
  private readonly listeners = new Set<Listener>();

  readonly redis = {
    prefix: 'test',
    run: (command: (client: never) => Promise<unknown>) => command({ publish: this.publish } as never),
    subscribe: (_: string, listener: Listener) => {
      this.listeners.add(listener);
      return Promise.resolve();
    },
  };

  private readonly publish = (_: string, text: string): Promise<number> => {
    if (this.losing) return Promise.reject(new Error('away'));
    this.sent.push(JSON.parse(text) as (typeof this.sent)[number]);
    for (const listener of this.listeners) listener(text);
    return Promise.resolve(this.listeners.size);
  };
}

const logger = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };

function makeNode(channel: Channel, name: string) {
  const bus = new DomainEventBus((error) => {
    throw error;
  });
  const relay = new EventRelay(name, channel.redis as never, bus, logger as never);
  const heard: unknown[] = [];
  const missed = jest.fn();
  bus.everywhere.on('user.updated', ({ userId }) => heard.push(userId));
  bus.everywhere.on('message.edited', ({ editedAt }) => heard.push(editedAt));
  relay.onMissed(missed);
  return {
    bus,
    relay,
    heard,
    missed,
    tell: (userId: string) => bus.publish('user.updated', { userId, userVersion: 1 }),
  };
}

const endOfTick = () => jest.advanceTimersByTime(0);
const seconds = (count: number) => jest.advanceTimersByTimeAsync(count * 1_000);

let channel: Channel;
beforeEach(() => {
  jest.useFakeTimers();
  channel = new Channel();
});
afterEach(() => {
  jest.useRealTimers();
  expect(logger.error).not.toHaveBeenCalled();
});

async function twoNodes() {
  const [one, other] = [makeNode(channel, 'one'), makeNode(channel, 'other')];
  await one.relay.join();
  await other.relay.join();
  return { one, other };
}
const published = () => channel.sent.filter(({ type }) => type === 'events');

test('what happens at one node is heard at the other, a tick in one message, dates as dates', async () => {
  const { one, other } = await twoNodes();
  one.tell('ada');
  one.bus.publish('message.edited', { editedAt: new Date(5) } as never);
  endOfTick();
  expect(other.heard).toEqual(['ada', new Date(5)]);
  expect(one.heard).toEqual(other.heard);
  expect(published()).toHaveLength(1);
  expect([one.missed, other.missed].map((mock) => mock.mock.calls.length)).toEqual([0, 0]);
});

test('what is the node’s own business is not told, and done once', async () => {
  const { one, other } = await twoNodes();
  const done = jest.fn();
  other.bus.on('user.updated', done);
  one.bus.publish('reactions.untold', { conversationId: 'c' });
  one.tell('ada');
  endOfTick();
  expect(published()).toMatchObject([{ events: [['user.updated', { userId: 'ada' }]] }]);
  expect(done).not.toHaveBeenCalled();
});

test('alone it publishes nothing; who comes later has missed nothing, and hears what follows', async () => {
  const one = makeNode(channel, 'one');
  await one.relay.join();
  one.tell('ada');
  endOfTick();
  expect(published()).toEqual([]);
  const other = makeNode(channel, 'other');
  await other.relay.join();
  one.tell('bob');
  endOfTick();
  await seconds(2);
  expect(other.heard).toEqual(['bob']);
  expect(other.missed).not.toHaveBeenCalled();
});

test('a lost event is noticed with the next one, and a lost last one with the next beat, once each', async () => {
  const { one, other } = await twoNodes();
  channel.losing = true;
  one.tell('ada');
  endOfTick();
  channel.losing = false;
  one.tell('bob');
  endOfTick();
  expect(other.missed).toHaveBeenCalledTimes(1);
  channel.losing = true;
  one.tell('eve');
  endOfTick();
  channel.losing = false;
  await seconds(3);
  expect(other.missed).toHaveBeenCalledTimes(2);
  expect([other.heard, one.missed.mock.calls.length]).toEqual([['bob'], 0]);
});

test('a node that ceases to beat is lost, and may have kept something to itself; one that says bye has not', async () => {
  const { one, other } = await twoNodes();
  const third = makeNode(channel, 'third');
  await third.relay.join();
  await third.relay.leave();
  expect([one.relay.others, one.missed.mock.calls.length]).toEqual([1, 0]);
  // It does not leave: only its heart stops.
  jest.spyOn(other.relay as never, 'send').mockResolvedValue(0 as never);
  await seconds(5);
  expect(one.relay.others).toBe(1);
  await seconds(2);
  expect([one.relay.others, one.missed.mock.calls.length]).toEqual([0, 1]);
});

test('who hears nothing, not even itself, blames nobody', async () => {
  const { one, other } = await twoNodes();
  channel.losing = true;
  await seconds(20);
  expect([one.relay.others, other.relay.others]).toEqual([1, 1]);
  channel.losing = false;
  await seconds(3);
  expect([one.missed, other.missed].map((mock) => mock.mock.calls.length)).toEqual([0, 0]);
});
