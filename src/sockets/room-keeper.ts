import type { Logger } from '../helpers/logger';
import type { Standing, StandingService } from '../services/presence/standing';
import { conversationOf, forgetConversation, hearOfConversation, rooms, visitedChannelOf } from './rooms';
import { endSocket } from './session-clock';
import type { ChatServer, ChatSocket } from './types';

/** Sockets whose sessions and memberships are read at once. */
const AT_ONCE = 500;

const heardBy = (socket: ChatSocket): ReadonlySet<string> =>
  new Set([...socket.rooms].flatMap((room) => conversationOf(room) ?? []));

const visitedBy = (socket: ChatSocket): string[] =>
  [...socket.rooms].flatMap((room) => visitedChannelOf(room) ?? []);

/** Whether a socket's person may hear a conversation: they are in it, or it is a public channel that the socket visits. */
const mayHear = (socket: ChatSocket, id: string, standing: Standing): boolean => {
  const { userId } = socket.data.identity;
  if (standing.conversationsOf(userId).has(id)) return true;
  return socket.rooms.has(rooms.guests(id)) && standing.mayVisit(userId, id);
};

const hearsTwice = (socket: ChatSocket, id: string): boolean =>
  socket.rooms.has(rooms.inbox(id)) && socket.rooms.has(rooms.conversation(id));

/** Whether a socket's rooms are not those of its person's memberships, and of the public channels it visits. */
function hasDrifted(socket: ChatSocket, heard: ReadonlySet<string>, standing: Standing): boolean {
  const now = heardBy(socket);
  // Only what was heard before the read counts as too much: the rest may be newer than the read.
  for (const id of heard)
    if (now.has(id) && (!mayHear(socket, id, standing) || hearsTwice(socket, id))) return true;
  for (const id of standing.conversationsOf(socket.data.identity.userId))
    if (!now.has(id) || socket.rooms.has(rooms.guests(id))) return true;
  return false;
}

/**
 * Holds this process's sockets against the database from time to time: what was told them may have been lost between
 * processes. Ends sockets whose session is gone, mends rooms, and tells those who may have missed something to resync.
 */
export class RoomKeeper {
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> | undefined;
  private lookingUp: Promise<void> | undefined;
  private readonly doubtful = new Set<string>();
  private stopped = false;

  constructor(
    private readonly io: ChatServer,
    private readonly standing: Pick<StandingService, 'of'>,
    private readonly logger: Logger,
    private readonly everyMs: number,
  ) {}

  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.check().then(() => this.start()), this.everyMs);
  }

  /** Starts no more checks; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
    await this.lookingUp;
  }

  /** Checks all sockets that are there now. One at a time; never rejects. */
  check(): Promise<void> {
    this.work ??= this.checkThese([...this.io.of('/').sockets.values()]).finally(
      () => (this.work = undefined),
    );
    return this.work;
  }

  /** Checks the sockets of some people, by what is read from now on; those that are still joining their rooms as soon as they are ready. Never rejects. */
  lookUp(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) this.doubtful.add(userId);
    if (this.doubtful.size > 0) this.lookingUp ??= this.lookUpDoubtful();
    return this.lookingUp ?? Promise.resolve();
  }

  /** A socket has joined its rooms. */
  ready(socket: ChatSocket): void {
    socket.data.isReady = true;
    if (socket.data.isDoubtful) void this.lookUp([socket.data.identity.userId]);
  }

  /** Checks all that are there now, by what is read from now on. */
  async recheck(): Promise<void> {
    await this.work;
    await this.check();
  }

  /** However often the same people come and go meanwhile, they are one more look. */
  private async lookUpDoubtful(): Promise<void> {
    while (this.doubtful.size > 0 && !this.stopped) {
      const sockets = [...this.doubtful].flatMap((userId) => this.socketsOf(userId));
      this.doubtful.clear();
      await this.checkThese(sockets);
    }
    this.lookingUp = undefined;
  }

  private socketsOf(userId: string): ChatSocket[] {
    const { adapter, sockets } = this.io.of('/');
    return [...(adapter.rooms.get(rooms.user(userId)) ?? [])].flatMap((id) => sockets.get(id) ?? []);
  }

  private async checkThese(all: readonly ChatSocket[]): Promise<void> {
    for (const socket of all) socket.data.isDoubtful = !socket.data.isReady;
    const sockets = all.filter((socket) => socket.data.isReady);
    try {
      for (let from = 0; from < sockets.length && !this.stopped; from += AT_ONCE)
        await this.checkSome(sockets.slice(from, from + AT_ONCE).filter((socket) => socket.connected));
    } catch (error) {
      this.logger.warn({ err: error }, 'the rooms could not be checked');
    }
  }

  private async checkSome(sockets: readonly ChatSocket[]): Promise<void> {
    const heard = sockets.map(heardBy);
    const standing = await this.read(sockets);
    const drifted = sockets.filter((socket, index) => {
      const { sessionId } = socket.data.identity;
      if (!socket.connected) return false;
      if (standing.isLive(sessionId)) return hasDrifted(socket, heard[index] ?? new Set(), standing);
      endSocket(socket, 'revoked');
      return false;
    });
    if (drifted.length > 0) await this.mend(drifted, standing);
  }

  /** Joins, reads again, and leaves what is not in the second answer: nobody stays where they were put out meanwhile. */
  private async mend(sockets: readonly ChatSocket[], first: Standing): Promise<void> {
    for (const socket of sockets) await hearAll(socket, first);
    const heard = sockets.map(heardBy);
    const standing = await this.read(sockets);
    for (const [index, socket] of sockets.entries()) {
      if (!socket.connected) continue;
      for (const id of heard[index] ?? [])
        if (!mayHear(socket, id, standing)) await forgetConversation(socket, id);
      socket.emit('resync', {});
    }
    this.logger.info({ sockets: sockets.length }, 'the rooms of sockets were mended');
  }

  private read(sockets: readonly ChatSocket[]): Promise<Standing> {
    return this.standing.of(
      sockets.map((socket) => ({ ...socket.data.identity, visited: visitedBy(socket) })),
    );
  }
}

/** Every conversation its person is in, in one of its two rooms. */
async function hearAll(socket: ChatSocket, standing: Standing): Promise<void> {
  for (const id of standing.conversationsOf(socket.data.identity.userId)) {
    await hearOfConversation(socket, id);
    if (hearsTwice(socket, id)) await socket.leave(rooms.inbox(id));
  }
}
