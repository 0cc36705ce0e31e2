import { clientEvents, type AckData, type ClientEventName, type ClientPayload } from '../contracts/events';
import { validate } from '../contracts/validate';
import { errors } from '../helpers/errors';
import type { Services } from '../services/services';
import { socketProblem } from './socket-error';
import type { ChatSocket } from './types';

export type Handlers = {
  readonly [Name in ClientEventName]: (
    socket: ChatSocket,
    payload: ClientPayload<Name>,
  ) => Promise<AckData<Name>>;
};

type AnyHandler = (socket: ChatSocket, payload: unknown) => Promise<unknown>;

/** Events a minute after which a socket is closed: well above the limit that is told by refusals, which cost more than an event. */
const FLOOD = 3_000;
const FLOOD_WINDOW_MS = 60_000;

/** What a person does; the others a device sends by itself. */
const ACTS: ReadonlySet<ClientEventName> = new Set([
  'chat_message',
  'group_message',
  'message_read',
  'typing',
]);

/** Counts at once and costs nothing: a packet may hold tens of thousands of events. @returns whether it is too much */
function floodGate(): () => boolean {
  let since = Date.now();
  let count = 0;
  return () => {
    const now = Date.now();
    if (now - since >= FLOOD_WINDOW_MS) [since, count] = [now, 0];
    count += 1;
    return count > FLOOD;
  };
}

/**
 * Brings every event of a socket to its handler: budget, contract, handler, acknowledgement.
 * Whatever a client sends gets an error acknowledgement at worst; one sent without a callback works too.
 */
export function routeEvents(
  socket: ChatSocket,
  handlers: Handlers,
  { limits, logger, accounts, adminAlerts }: Pick<Services, 'limits' | 'logger' | 'accounts' | 'adminAlerts'>,
): void {
  let usedAt = new Date();
  const answer = async (event: string, payload: unknown): Promise<unknown> => {
    await limits.consume('socketEvent', `user:${socket.data.identity.userId}`);
    if (!Object.hasOwn(clientEvents, event))
      throw errors.validationFailed([{ path: 'event', message: 'is not an event of this server' }]);
    const name = event as ClientEventName;
    const parsed = validate(clientEvents[name].payload, payload, 'payload');
    if (ACTS.has(name)) usedAt = accounts.sessions.used(socket.data.identity.sessionId, usedAt);
    return (handlers[name] as AnyHandler)(socket, parsed);
  };
  const isFlood = floodGate();
  // Nobody listens to single events: Socket.io need not look for who does, a tick later.
  Object.assign(socket, { dispatch: () => undefined });
  socket.onAny((event: unknown, ...sent: unknown[]) => {
    if (limits.active && isFlood()) return void (socket.connected && socket.disconnect(true));
    const last = sent.at(-1);
    const ack = typeof last === 'function' ? (last as (answer: unknown) => void) : undefined;
    const payload = sent[0] === ack ? undefined : sent[0];
    answer(String(event), payload).then(
      (data) => ack?.({ ok: true, data }),
      (error: unknown) => ack?.({ ok: false, error: socketProblem(error, logger, adminAlerts) }),
    );
  });
}
