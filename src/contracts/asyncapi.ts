import { once } from '../helpers/once';
import { eventSchemas, type EventSchema } from './event-schemas';
import type { JsonSchema } from './json-schema';
import { SOCKET_GUIDE } from './socket-guide';

interface Reference {
  readonly $ref: string;
}

export interface AsyncApiMessage {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly payload: JsonSchema;
}

export interface AsyncApiOperation {
  /** From where the server stands: it receives what clients send. */
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly title: string;
  readonly summary: string;
  readonly messages: readonly Reference[];
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
}

export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: { readonly name: string };
  };
  readonly defaultContentType: 'application/json';
  readonly servers: Readonly<Record<string, object>>;
  readonly channels: Readonly<
    Record<
      string,
      { readonly messages: Readonly<Record<string, Reference>>; readonly [key: string]: unknown }
    >
  >;
  readonly operations: Readonly<Record<string, AsyncApiOperation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const CHANNEL = 'socket';

const keyOf = ({ from, name }: EventSchema): string => `${from}.${name}`;
const ackKeyOf = (event: EventSchema): string => `${keyOf(event)}.ack`;

const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** What every acknowledgement is: the data, or why there is none. */
const acknowledgement = (data: JsonSchema, problem: JsonSchema): JsonSchema => ({
  oneOf: [
    object({ ok: { type: 'boolean', const: true }, data }),
    object({ ok: { type: 'boolean', const: false }, error: problem }),
  ],
});

function messagesOf(event: EventSchema, problem: JsonSchema): [string, AsyncApiMessage][] {
  const { name, summary, payload, ack } = event;
  const own: [string, AsyncApiMessage] = [keyOf(event), { name, title: name, summary, payload }];
  if (!ack) return [own];
  const title = `acknowledgement of ${name}`;
  const answer = { name: title, title, summary: title, payload: acknowledgement(ack, problem) };
  return [own, [ackKeyOf(event), answer]];
}

function operationOf(event: EventSchema): AsyncApiOperation {
  const { name, from, summary, ack } = event;
  const channel = { $ref: `#/channels/${CHANNEL}` };
  const message = (key: string): Reference => ({ $ref: `#/channels/${CHANNEL}/messages/${key}` });
  return {
    action: from === 'client' ? 'receive' : 'send',
    channel,
    title: `${name} (${from === 'client' ? 'client → server' : 'server → client'})`,
    summary,
    messages: [message(keyOf(event))],
    ...(ack && { reply: { channel, messages: [message(ackKeyOf(event))] } }),
  };
}

/** The AsyncAPI 3.0 document of the socket events, made from the contracts alone: the same input, the same text. */
export function buildAsyncApi(): AsyncApiDocument {
  const { events, problem, shapes } = eventSchemas();
  const messages = Object.fromEntries(events.flatMap((event) => messagesOf(event, problem)));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Chat server: events',
      version: '1',
      description: SOCKET_GUIDE,
      license: { name: 'ISC' },
    },
    defaultContentType: 'application/json',
    servers: {
      socket: {
        host: '{host}',
        protocol: 'ws',
        pathname: '/socket.io/',
        description: 'Socket.io 4, on the port of the REST interface',
        variables: { host: { default: 'localhost:4000', description: 'where the server listens' } },
        security: [{ $ref: '#/components/securitySchemes/accessToken' }],
      },
    },
    channels: {
      [CHANNEL]: {
        address: '/',
        title: 'The one namespace',
        description: 'A socket says by its joins which conversations it hears in full.',
        messages: Object.fromEntries(
          Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${key}` }]),
        ),
      },
    },
    operations: Object.fromEntries(events.map((event) => [keyOf(event), operationOf(event)])),
    components: {
      messages,
      schemas: shapes,
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The access token of the REST interface, sent as `auth.token` when Socket.io connects',
        },
      },
    },
  };
}

/** The one of this process. */
export const asyncApiDocument = once(buildAsyncApi);
