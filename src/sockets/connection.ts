import { errors } from '../helpers/errors';
import { isTurnedAway } from '../services/limits/limits';
import type { Identity } from '../services/accounts/identity';
import type { Services } from '../services/services';
import type { AddressReader } from './addresses';
import { routeEvents, type Handlers } from './event-router';
import { channelHandlers } from './handlers/channels';
import { chatHandlers } from './handlers/chats';
import { groupHandlers } from './handlers/groups';
import { receiptHandlers } from './handlers/receipts';
import { sessionHandlers } from './handlers/session';
import { endTypingOnLeave, typingHandlers } from './handlers/typing';
import type { RoomKeeper } from './room-keeper';
import { forgetConversation, hearOfConversation, rooms } from './rooms';
import { SessionClock, endSocket } from './session-clock';
import { socketProblem } from './socket-error';
import type { ChatServer, ChatSocket } from './types';

/** Sockets of one person on this process: a few devices with a few tabs. */
const MAX_SOCKETS = 50;
const COME_BACK_WITHIN_MS = 5_000;

/**
 * Refuses a connection without a valid access token: `message` is the code, `data` the error object. Refusals count towards the limit of
 * their address, with those of its requests.
 */
export function authenticateSockets(
  io: ChatServer,
  { accounts, limits, logger, adminAlerts }: Services,
  addressOf: AddressReader,
): void {
  const authenticate = async (token: unknown, key: string): Promise<Identity> => {
    const seconds = await limits.blockedForSeconds('unauthenticated', key);
    if (seconds > 0) throw errors.rateLimited(seconds);
    return accounts.sessions.authenticate(typeof token === 'string' ? token : '');
  };
  io.use((socket, next) => {
    const key = `ip:${addressOf(socket.request)}`;
    authenticate(socket.handshake.auth.token, key)
      .then(async (identity) => {
        await limits.consume('connect', `user:${identity.userId}`);
        const sockets = io.of('/').adapter.rooms.get(rooms.user(identity.userId))?.size ?? 0;
        if (limits.active && sockets >= MAX_SOCKETS) throw errors.rateLimited(30);
        socket.data.identity = identity;
        next();
      })
      .catch((error: unknown) => {
        const problem = socketProblem(error, logger, adminAlerts);
        if (isTurnedAway(problem.code)) void limits.count('unauthenticated', key);
        next(Object.assign(new Error(problem.code), { data: problem }));
      });
  });
}

/**
 * Puts a socket into its rooms; conversations that vanished while it joined are left again. What is new since then comes as an event:
 * the second look joins nothing, for nobody looks again whether it is still there.
 * @returns whether the session lives: one that ended between the handshake and the join of its room was told nobody
 */
async function joinRooms(socket: ChatSocket, { accounts, conversations }: Services): Promise<boolean> {
  const { userId, sessionId } = socket.data.identity;
  await socket.join([rooms.user(userId), rooms.session(sessionId)]);
  const before = await conversations.idsOf(userId);
  for (const id of before) await hearOfConversation(socket, id);
  const [after, isLive] = await Promise.all([
    conversations.idsOf(userId),
    accounts.sessions.isLive(sessionId),
  ]);
  const now = new Set(after);
  for (const id of before) if (!now.has(id)) await forgetConversation(socket, id);
  return isLive;
}

async function welcome(socket: ChatSocket, services: Services, keeper: RoomKeeper): Promise<void> {
  const { userId, sessionId } = socket.data.identity;
  if (!(await joinRooms(socket, services))) return endSocket(socket, 'revoked');
  socket.emit('ready', { userId, sessionId, serverTime: new Date().toISOString() });
  keeper.ready(socket);
  if (socket.connected) await services.presence.connected(socket.data.identity, socket.id);
}

/** The handler of every event that a client may send. */
export function handlersFor(services: Services, clock: SessionClock): Handlers {
  return {
    ...chatHandlers(services),
    ...groupHandlers(services),
    ...channelHandlers(services),
    ...receiptHandlers(services),
    ...typingHandlers(services),
    ...sessionHandlers(services, clock),
  };
}

/** Whoever leaves and keeps the line would count towards no limit of sockets: they may come back for a while. */
const endUnlessBack = (connection: ChatSocket['conn']): NodeJS.Timeout =>
  setTimeout(() => connection.close(), COME_BACK_WITHIN_MS).unref();

/** A connected socket: events are routed from the first moment, then its rooms are joined, then it hears `ready`. */
export function acceptConnections(io: ChatServer, services: Services, keeper: RoomKeeper): void {
  const { logger, presence } = services;
  /** connections whose sockets have left, and keep the line */
  const left = new WeakMap<ChatSocket['conn'], NodeJS.Timeout>();
  endTypingOnLeave(io, services);
  io.on('connection', (socket) => {
    clearTimeout(left.get(socket.conn));
    routeEvents(socket, handlersFor(services, new SessionClock(socket)), services);
    socket.on('disconnect', (reason) => {
      if (reason === 'client namespace disconnect') left.set(socket.conn, endUnlessBack(socket.conn));
      presence.disconnected(socket.data.identity, socket.id).catch((error: unknown) => {
        logger.warn({ err: error }, 'a presence lease was not given back');
      });
    });
    welcome(socket, services, keeper).catch((error: unknown) => {
      logger.error({ err: error }, 'a socket could not be set up');
      socket.disconnect(true);
    });
  });
}
