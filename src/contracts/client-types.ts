import { once } from '../helpers/once';
import { eventSchemas, type EventSchema } from './event-schemas';
import { referredName, type JsonSchema } from './json-schema';
import { comment, indent, propertyName, typeOf } from './typescript';

const HEAD = `// The socket events of the chat server, for socket.io-client. Made from the server's contracts; needs nothing else:
//
//   const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth: { token } });
`;

const ACKNOWLEDGEMENTS = `/** What every acknowledgement is: the data, or why there is none. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: SocketProblem };
`;

const ACKNOWLEDGED = `/**
 * The same events, with acknowledgements that are never left out: \`emitWithAck\` finds its types only in
 * \`Socket<ServerToClientEvents, AcknowledgedEvents>\`. Its time-out is then the option \`ackTimeout\` of \`io\`: behind
 * \`socket.timeout(…)\` socket.io-client 4.8 knows no type of the answer.
 */
export type AcknowledgedEvents = {
  [Name in keyof ClientToServerEvents]: (...sent: Required<Parameters<ClientToServerEvents[Name]>>) => void;
};
`;

/** `join_chat` → `JoinChat` */
const pascalCase = (name: string): string =>
  name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** An interface where it can be one: editors show its name instead of its contents. */
function declaration(name: string, schema: JsonSchema): string {
  const type = typeOf(schema);
  const says = comment(schema.description);
  return type.startsWith('{') && type.indexOf('\n}') === type.length - 2
    ? `${says}export interface ${name} ${type}\n`
    : `${says}export type ${name} = ${type};\n`;
}

/** What an event carries: the name of its shape, or a declaration under a name of its own. */
function carried(name: string, schema: JsonSchema): { readonly type: string; readonly declared: string[] } {
  const known = referredName(schema);
  return known === undefined
    ? { type: name, declared: [declaration(name, schema)] }
    : { type: known, declared: [] };
}

interface Member {
  readonly declared: readonly string[];
  readonly text: string;
}

function memberOf({ name, from, summary, payload, ack }: EventSchema): Member {
  const sent = carried(`${pascalCase(name)}${from === 'client' ? 'Request' : 'Event'}`, payload);
  const member = (parameters: string): string =>
    `${comment(summary)}${propertyName(name)}: (${parameters}) => void;\n`;
  if (!ack) return { declared: sent.declared, text: member(`payload: ${sent.type}`) };
  const answered = carried(`${pascalCase(name)}Answer`, ack);
  return {
    declared: [...sent.declared, ...answered.declared],
    text: member(`payload: ${sent.type}, ack?: (answer: Ack<${answered.type}>) => void`),
  };
}

const eventMap = (name: string, members: readonly Member[]): string =>
  `export interface ${name} {\n${indent(members.map(({ text }) => text).join(''))}}\n`;

/** The text of client/events.d.ts: the types of all events and of what they carry. */
export const clientTypes = once((): string => {
  const { events, shapes } = eventSchemas();
  const of = (from: EventSchema['from']): Member[] =>
    events.filter((event) => event.from === from).map(memberOf);
  const [client, server] = [of('client'), of('server')];
  return [
    HEAD,
    `/** What clients hear. */\n${eventMap('ServerToClientEvents', server)}`,
    `/** What clients send. */\n${eventMap('ClientToServerEvents', client)}`,
    ACKNOWLEDGED,
    ACKNOWLEDGEMENTS,
    ...[...client, ...server].flatMap(({ declared }) => declared),
    ...Object.entries(shapes).map(([name, schema]) => declaration(name, schema)),
  ].join('\n');
});
