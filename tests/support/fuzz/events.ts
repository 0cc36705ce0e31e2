import fc, { type Arbitrary } from 'fast-check';
import { eventSchemas } from '../../../src/contracts/event-schemas';
import { hostile, valid, values } from './values';

const { events, problem, shapes } = eventSchemas();
const ofClients = events.filter(({ from }) => from === 'client');

/** An event before it is known what there is. */
export interface EventCase {
  readonly who: number;
  readonly name: string;
  /** what comes with it: its payload, and perhaps what nobody asked for */
  readonly sent: readonly unknown[];
  /** whether an acknowledgement is asked for */
  readonly asks: boolean;
}

const NO_EVENTS = [
  'message',
  '',
  '__proto__',
  'toString',
  'ready',
  'session_ended',
  'inbox_update',
  'a'.repeat(9_000),
];

/** One event: of those there are, mostly. */
export const eventCase: Arbitrary<EventCase> = fc
  .tuple(fc.constantFrom(...ofClients), fc.boolean())
  .chain(([{ name, payload }, isValid]) =>
    fc.record(
      {
        who: fc.nat(3),
        name: fc.oneof(
          { weight: 20, arbitrary: fc.constant(name) },
          { weight: 1, arbitrary: fc.constantFrom(...NO_EVENTS) },
        ),
        sent: fc.oneof(
          {
            weight: 12,
            arbitrary: (isValid ? valid : values)(payload, 'payload', shapes).map((value) => [value]),
          },
          {
            weight: 1,
            arbitrary: fc.constantFrom([], [null, null], [Buffer.from('bytes')], [[Buffer.alloc(9)]]),
          },
          { weight: 1, arbitrary: fc.array(hostile, { maxLength: 3 }) },
        ),
        asks: fc.nat(9).map((coin) => coin > 0),
      },
      { noNullPrototype: true },
    ),
  );

/** What may be acknowledged, by event, as schemas that `shapes` belong to. */
export const acknowledged = {
  problem,
  shapes,
  of: (name: string) => ofClients.find((event) => event.name === name)?.ack,
};

/** What no client of Socket.io's would say: torn, nested, oversized, of other protocols. */
const PACKETS: readonly (string | Buffer)[] = [
  ...[
    '',
    '4',
    '42',
    '42[',
    '42[]',
    '42{}',
    '42null',
    '42["chat_message"',
    '42[1,{}]',
    '42["ready",{}]',
    '40',
    '41',
    '43',
    '430[]',
  ],
  ...[
    '451-["chat_message",{"_placeholder":true,"num":0}]',
    '4599999-["a"]',
    '46',
    '47',
    '49',
    '9',
    '0',
    '1',
    '2',
    '3probe',
    '5',
    '6',
    'b',
    'bAAAA',
  ],
  ...[
    '42/admin,["a"]',
    '40/admin,',
    '421e999["a"]',
    '42-1["a"]',
    '42999999999999999999["typing",{}]',
    '42["connect"]',
    '42["disconnect",1]',
  ],
  ...[
    `42["typing",${'['.repeat(50_000)}`,
    `42["typing",${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}]`,
    `42["chat_message",{"content":"${'x'.repeat(900_000)}"}]`,
  ],
  ...[
    '42["typing",{"__proto__":{"roomId":"a"}}]',
    '42["typing","\\ud800"]',
    '\u0000',
    '42["a"]\u001e42["b"]',
  ],
  ...[Buffer.alloc(0), Buffer.alloc(100_000, 1), Buffer.from('42["typing",{}]')],
];
const TOO_LARGE = ['4'.repeat(1_100_000), Buffer.alloc(1_100_000)];

export type Packet = string | Buffer;

/** A few packets of one connection. */
export const packetCase: Arbitrary<readonly Packet[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<Packet>(...PACKETS) },
    { weight: 1, arbitrary: fc.constantFrom<Packet>(...TOO_LARGE) },
    { weight: 4, arbitrary: fc.string({ maxLength: 200 }) },
    { weight: 4, arbitrary: fc.string({ maxLength: 200 }).map((text) => `42${text}`) },
    { weight: 4, arbitrary: fc.jsonValue().map((value) => `42["group_message",${JSON.stringify(value)}]`) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  ),
  { minLength: 1, maxLength: 4 },
);
