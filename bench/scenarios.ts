import type { ScenarioName } from './job';
import type { ReadName } from './reads/reads';

/** Who is in a conversation, by index; of a group or channel the first one owns it. */
export interface Circle {
  readonly kind: 'chat' | 'group' | 'channel';
  readonly members: readonly number[];
}

/** The people of a scenario and who talks with whom. */
export interface World {
  readonly people: number;
  readonly conversations: readonly Circle[];
}

export interface Metric {
  readonly key: string;
  readonly label: string;
  readonly digits: number;
  /** what must be reached: of the ratio product ÷ yardstick, or of the product's own value */
  readonly goal?: {
    readonly of: 'ratio' | 'product';
    readonly is: 'at least' | 'at most';
    readonly value: number;
  };
}

interface Measuring {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

interface Talking extends Measuring {
  readonly name: Exclude<ScenarioName, ReadName>;
  readonly world: World;
}

/** What it reads is in bench/reads. */
interface Reading extends Measuring {
  readonly name: ReadName;
}

export type Scenario = Talking | Reading;

export const isReading = (scenario: Scenario): scenario is Reading => !('world' in scenario);

const PAIRS = 500;
const IDLE_PEOPLE = 5_000;
const GROUP_MEMBERS = 100;
const LISTENERS = 5_000;
const STORM_PEOPLE = 10_000;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const chat = (first: number, second: number): Circle => ({ kind: 'chat', members: [first, second] });

/** Each talks with one other. */
const pairsOf = (pairs: number): World => ({
  people: 2 * pairs,
  conversations: range(pairs).map((pair) => chat(2 * pair, 2 * pair + 1)),
});

/** A chat of each person with the next, the one after that, and the one opposite: five for everybody. */
function fiveChatsEach(people: number): Circle[] {
  return range(people).flatMap((person) => [
    chat(person, (person + 1) % people),
    chat(person, (person + 2) % people),
    ...(person < people / 2 ? [chat(person, person + people / 2)] : []),
  ]);
}

function reading(name: ReadName, title: string): Scenario {
  return {
    name,
    title,
    metrics: [
      { key: 'readP50Ms', label: 'p50, ms', digits: 2, goal: { of: 'ratio', is: 'at most', value: 2 } },
      { key: 'readP99Ms', label: 'p99, ms', digits: 2 },
      { key: 'serverMicros', label: 'server CPU, µs/page', digits: 0 },
      { key: 'databaseMicros', label: 'database CPU, µs/page', digits: 0 },
      { key: 'kib', label: 'KiB/page', digits: 1 },
    ],
  };
}

/** A new scenario is a line here and in job.ts, and a file in load/ that load.ts names. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'pairs',
    title: `${PAIRS} private pairs in a closed loop`,
    world: pairsOf(PAIRS),
    metrics: [
      {
        key: 'messagesPerSecond',
        label: 'messages/s',
        digits: 0,
        goal: { of: 'ratio', is: 'at least', value: 0.7 },
      },
      { key: 'deliveryP50Ms', label: 'send → delivery p50, ms', digits: 1 },
      { key: 'deliveryP99Ms', label: 'send → delivery p99, ms', digits: 1 },
      { key: 'ackP50Ms', label: 'send → ack p50, ms', digits: 1 },
      { key: 'ackP99Ms', label: 'send → ack p99, ms', digits: 1 },
      { key: 'serverMicros', label: 'server CPU, µs/message', digits: 1 },
      { key: 'databaseMicros', label: 'database CPU, µs/message', digits: 1 },
      { key: 'loadMicros', label: 'load generator CPU, µs/message', digits: 1 },
      { key: 'serverBusy', label: 'server CPU, % of a core', digits: 0 },
      { key: 'elsewhereBusy', label: 'CPU of anything else, % of a core', digits: 0 },
    ],
  },
  {
    name: 'lone',
    title: 'a lone message on an idle server',
    world: pairsOf(1),
    metrics: [
      { key: 'ackP50Ms', label: 'ack p50, ms', digits: 2, goal: { of: 'product', is: 'at most', value: 3 } },
      { key: 'ackP99Ms', label: 'ack p99, ms', digits: 2 },
      { key: 'deliveryP50Ms', label: 'delivery p50, ms', digits: 2 },
      { key: 'deliveryP99Ms', label: 'delivery p99, ms', digits: 2 },
      { key: 'serverMicros', label: 'server CPU, µs/message', digits: 0 },
    ],
  },
  {
    name: 'idle',
    title: `${IDLE_PEOPLE.toLocaleString('en')} idle sockets, 5 conversations each`,
    world: { people: IDLE_PEOPLE, conversations: fiveChatsEach(IDLE_PEOPLE) },
    metrics: [
      {
        key: 'kibPerSocket',
        label: 'KiB/socket',
        digits: 1,
        goal: { of: 'ratio', is: 'at most', value: 1.1 },
      },
      { key: 'mibBefore', label: 'MiB of the server before', digits: 0 },
      { key: 'connectionsPerSecond', label: 'connections/s', digits: 0 },
    ],
  },
  {
    name: 'fanout',
    title: `a group of ${GROUP_MEMBERS}, 10 senders with 4 messages under way each`,
    world: { people: GROUP_MEMBERS, conversations: [{ kind: 'group', members: range(GROUP_MEMBERS) }] },
    metrics: [
      {
        key: 'deliveriesPerSecond',
        label: 'deliveries/s',
        digits: 0,
        goal: { of: 'ratio', is: 'at least', value: 4 },
      },
      { key: 'messagesPerSecond', label: 'messages/s', digits: 0 },
      { key: 'deliveryP50Ms', label: 'send → delivery p50, ms', digits: 1 },
      {
        key: 'deliveryP99Ms',
        label: 'send → delivery p99, ms',
        digits: 1,
        goal: { of: 'ratio', is: 'at most', value: 1 },
      },
      { key: 'serverMicros', label: 'server CPU, µs/message', digits: 0 },
      { key: 'databaseMicros', label: 'database CPU, µs/message', digits: 0 },
      { key: 'loadMicros', label: 'load generator CPU, µs/message', digits: 0 },
      { key: 'serverBusy', label: 'server CPU, % of a core', digits: 0 },
    ],
  },
  {
    name: 'broadcast',
    title: `a post in a channel with ${LISTENERS.toLocaleString('en')} listeners`,
    world: { people: LISTENERS + 1, conversations: [{ kind: 'channel', members: range(LISTENERS + 1) }] },
    metrics: [
      {
        key: 'medianMs',
        label: 'until half of them have it, ms',
        digits: 1,
        goal: { of: 'ratio', is: 'at most', value: 1.1 },
      },
      {
        key: 'lastMs',
        label: 'until the last one has it, ms',
        digits: 1,
        goal: { of: 'ratio', is: 'at most', value: 1.1 },
      },
      { key: 'serverMicros', label: 'server CPU, µs/post', digits: 0 },
    ],
  },
  {
    name: 'files',
    title: 'files of 32 MiB, 8 at a time, up and then down',
    world: { people: 1, conversations: [] },
    metrics: [
      {
        key: 'uploadMbPerSecond',
        label: 'upload, MB/s',
        digits: 0,
        goal: { of: 'ratio', is: 'at least', value: 0.8 },
      },
      {
        key: 'downloadMbPerSecond',
        label: 'download, MB/s',
        digits: 0,
        goal: { of: 'ratio', is: 'at least', value: 0.8 },
      },
      { key: 'uploadMicros', label: 'server CPU, µs/MB up', digits: 0 },
      { key: 'downloadMicros', label: 'server CPU, µs/MB down', digits: 0 },
    ],
  },
  {
    name: 'storm',
    title: `${STORM_PEOPLE.toLocaleString('en')} sockets that come back at once`,
    world: { people: STORM_PEOPLE, conversations: fiveChatsEach(STORM_PEOPLE) },
    metrics: [
      {
        key: 'connectionsPerSecond',
        label: 'connections/s, synced',
        digits: 0,
        goal: { of: 'ratio', is: 'at least', value: 0.7 },
      },
      { key: 'lastMs', label: 'until the last one is back, ms', digits: 0 },
      { key: 'backP50Ms', label: 'until one is back p50, ms', digits: 0 },
      { key: 'backP99Ms', label: 'until one is back p99, ms', digits: 0 },
      { key: 'failures', label: 'attempts that failed', digits: 0 },
      { key: 'serverMicros', label: 'server CPU, µs/connection', digits: 0 },
      { key: 'databaseMicros', label: 'database CPU, µs/connection', digits: 0 },
      { key: 'serverBusy', label: 'server CPU, % of a core', digits: 0 },
      { key: 'loadBusy', label: 'load generator CPU, % of a core', digits: 0 },
      { key: 'elsewhereBusy', label: 'CPU of anything else, % of a core', digits: 0 },
    ],
  },
  {
    name: 'workers',
    title: `${PAIRS} private pairs: two workers and a Redis beside one process`,
    world: pairsOf(PAIRS),
    metrics: [
      {
        key: 'messagesPerCpuSecond',
        label: 'messages/s of server CPU',
        digits: 0,
        goal: { of: 'ratio', is: 'at least', value: 0.8 },
      },
      { key: 'messagesPerSecond', label: 'messages/s', digits: 0 },
      { key: 'deliveryP50Ms', label: 'send → delivery p50, ms', digits: 1 },
      { key: 'deliveryP99Ms', label: 'send → delivery p99, ms', digits: 1 },
      { key: 'serverMicros', label: 'server CPU, µs/message', digits: 1 },
      { key: 'databaseMicros', label: 'database CPU, µs/message', digits: 1 },
      { key: 'redisMicros', label: 'Redis CPU, µs/message', digits: 1 },
      { key: 'serverBusy', label: 'server CPU, % of a core', digits: 0 },
      { key: 'loadBusy', label: 'load generator CPU, % of a core', digits: 0 },
      { key: 'elsewhereBusy', label: 'CPU of anything else, % of a core', digits: 0 },
    ],
  },
  reading('history', 'a page of 50 out of a long history'),
  reading('inbox', 'a page of 100 of an inbox of 200 conversations'),
  reading('changes', '1,000 changed messages'),
];
