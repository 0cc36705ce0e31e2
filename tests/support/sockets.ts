import { io, type Socket } from 'socket.io-client';
import type { Tokens } from '../../src/contracts/auth';
import type {
  Ack,
  AckData,
  ClientEventName,
  ClientToServerEvents,
  ServerEventName,
  ServerPayload,
  ServerToClientEvents,
} from '../../src/contracts/events';
import type { TestedServer } from './server';
import { eachOnce } from './waiting';

export interface ReceivedEvent {
  readonly name: string;
  readonly payload: unknown;
}

/** A connected client. It is closed with its server at the latest. */
export interface Client {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  /** What the server said on connect. */
  readonly ready: ServerPayload<'ready'>;
  /** Every event received, in order. */
  readonly received: readonly ReceivedEvent[];
  /** The payloads received under a name, in order. */
  payloads<Name extends ServerEventName>(name: Name): ServerPayload<Name>[];
  /** Sends an event and waits for its acknowledgement. The payload is not typed: wrong ones are sent, too. */
  ask<Name extends ClientEventName>(
    name: Name,
    payload: unknown,
    timeoutMs?: number,
  ): Promise<Ack<AckData<Name>>>;
  /** The same when it must succeed. @returns the acknowledgement's data */
  must<Name extends ClientEventName>(
    name: Name,
    payload: unknown,
    timeoutMs?: number,
  ): Promise<AckData<Name>>;
  /** The first event of this name that `next` has not given out yet, whether it came already or is still to come. */
  next<Name extends ServerEventName>(
    name: Name,
    matches?: (payload: ServerPayload<Name>) => boolean,
    timeoutMs?: number,
  ): Promise<ServerPayload<Name>>;
  /** Resolves with the reason when the connection ends. */
  ended(): Promise<string>;
  close(): void;
}

/** The error of a refused connection: `message` is the code, `data` the error object. */
export type Refusal = Error & { data?: { code: string; message: string; retryAfter?: number } };

const TIMEOUT_MS = 5_000;

type Connect = {
  /** Sent as `auth` instead of the token. */
  readonly auth?: Record<string, unknown>;
  readonly reconnection?: boolean;
};

/** Connects and waits for `ready`. @throws Refusal when the server refuses */
export async function connect(
  server: Pick<TestedServer, 'url' | 'onStop' | 'heardEverywhere'>,
  tokens: Pick<Tokens, 'accessToken'>,
  { auth = { token: tokens.accessToken }, reconnection = false }: Connect = {},
): Promise<Client> {
  const socket: Client['socket'] = io(server.url, {
    transports: ['websocket'],
    forceNew: true,
    auth,
    reconnection,
  });
  const received: ReceivedEvent[] = [];
  const events = eachOnce(() => received);
  let endReason: string | undefined;
  const end = new Promise<string>((resolve) =>
    socket.on('disconnect', (reason) => {
      endReason ??= reason;
      resolve(endReason);
    }),
  );
  socket.onAny((name: string, payload: unknown) => {
    received.push({ name, payload });
    events.look();
  });
  const close = (): void => void socket.close();
  server.onStop(close);

  const next: Client['next'] = async (name, matches = () => true, timeoutMs = TIMEOUT_MS) => {
    type Payload = Parameters<typeof matches>[0];
    const event = await events.next(
      `the event ${name}`,
      (candidate) => candidate.name === name && matches(candidate.payload as Payload),
      timeoutMs,
      () => received,
    );
    return event.payload as Payload;
  };
  const ask = async <Name extends ClientEventName>(
    name: Name,
    payload: unknown,
    timeoutMs = TIMEOUT_MS,
  ): Promise<Ack<AckData<Name>>> => {
    // The typed emitter cannot follow a name that is a type parameter.
    const answer = (await (socket as Socket).timeout(timeoutMs).emitWithAck(name, payload)) as Ack<
      AckData<Name>
    >;
    await server.heardEverywhere?.();
    return answer;
  };

  const refused = new Promise<never>((_, reject) =>
    socket.once('connect_error', (error) => {
      if (!reconnection) close();
      reject(error);
    }),
  );
  const ready = await Promise.race([next('ready'), refused]);
  return {
    socket,
    ready,
    received,
    payloads: <Name extends ServerEventName>(name: Name) =>
      received.filter((event) => event.name === name).map((event) => event.payload as ServerPayload<Name>),
    ask,
    async must<Name extends ClientEventName>(name: Name, payload: unknown, timeoutMs?: number) {
      const answer = await ask<Name>(name, payload, timeoutMs);
      if (!answer.ok) throw new Error(`${name} was refused: ${JSON.stringify(answer.error)}`);
      return answer.data;
    },
    next,
    ended: () => end,
    close,
  };
}
