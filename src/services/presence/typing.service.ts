import type { ConversationKind } from '../../contracts/messages';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import { MAX_TYPING_MEMBERS, mayShowTyping, type TypingQuestion } from './presence.policy';
import { typingContext } from './typing.queries';

/** A `true` that comes sooner after the last one that was told only extends it. */
const THROTTLE_MS = 3_000;
/** Typing ends by itself so long after the last `true`. */
const EXPIRES_MS = 8_000;
/** People typing at once whom this process keeps in mind; past it typing is not told. */
const MAX_TYPING = 10_000;

/** Where from somebody says that they type. */
export interface TypingDevice {
  readonly socketId: string;
  /** whether it hears the conversation in full, at the moment of asking */
  readonly isJoined: () => boolean;
}

interface Typing {
  readonly conversationId: string;
  readonly userId: string;
  socketId: string;
  kind: ConversationKind;
  /** when the others were last told; `undefined` before the first time */
  toldAt: number | undefined;
  /** the permission being read */
  asking: Promise<void> | undefined;
  readonly expiry: NodeJS.Timeout;
}

/** Who types where: in memory, told at best effort, over by itself. */
export class TypingService {
  private readonly typing = new Map<string, Map<string, Typing>>();
  private count = 0;

  constructor(
    private readonly database: Pick<Database, 'reader'>,
    private readonly bus: DomainEventBus,
  ) {
    bus.everywhere.on('message.sent', ({ message }) => {
      if (message.senderId) this.end(this.find(message.conversationId, message.senderId));
    });
  }

  /**
   * Tells the others that the caller types, or no longer. A device that has not joined the conversation is ignored.
   * @throws not_found for who is no member
   */
  async set(
    { userId }: Pick<Identity, 'userId'>,
    conversationId: string,
    isTyping: boolean,
    device: TypingDevice,
  ): Promise<void> {
    const known = this.find(conversationId, userId);
    if (!isTyping && known?.socketId === device.socketId) {
      this.end(known);
      return known.asking;
    }
    if (!isTyping || !device.isJoined() || (!known && this.count >= MAX_TYPING)) {
      if (!known) await this.permission(conversationId, userId);
      return;
    }
    const typing = known ?? this.begin(conversationId, userId, device.socketId);
    typing.socketId = device.socketId;
    typing.expiry.refresh();
    if (typing.toldAt !== undefined && Date.now() - typing.toldAt < THROTTLE_MS) return;
    typing.asking ??= this.tell(typing, device).finally(() => (typing.asking = undefined));
    await typing.asking;
  }

  /** A device hears the conversation no more: it left, was put out, or disconnected. */
  left(conversationId: string, socketId: string): void {
    for (const typing of this.typing.get(conversationId)?.values() ?? [])
      if (typing.socketId === socketId) this.end(typing);
  }

  /** Forgets everything; tells nobody. */
  close(): void {
    for (const people of this.typing.values())
      for (const typing of people.values()) clearTimeout(typing.expiry);
    this.typing.clear();
    this.count = 0;
  }

  private find(conversationId: string, userId: string): Typing | undefined {
    return this.count === 0 ? undefined : this.typing.get(conversationId)?.get(userId);
  }

  private async permission(conversationId: string, userId: string): Promise<TypingQuestion> {
    const context = await typingContext(this.database.reader, conversationId, userId, MAX_TYPING_MEMBERS + 1);
    if (!context) throw errors.notFound('conversation');
    return context;
  }

  /** Kept in mind before the permission is read, so that a message or a leave meanwhile ends it. */
  private begin(conversationId: string, userId: string, socketId: string): Typing {
    const typing: Typing = {
      conversationId,
      userId,
      socketId,
      kind: 'chat',
      toldAt: undefined,
      asking: undefined,
      expiry: setTimeout(() => this.end(typing), EXPIRES_MS),
    };
    const people = this.typing.get(conversationId);
    if (people) people.set(userId, typing);
    else this.typing.set(conversationId, new Map([[userId, typing]]));
    this.count += 1;
    return typing;
  }

  private async tell(typing: Typing, device: TypingDevice): Promise<void> {
    const { conversationId, userId } = typing;
    try {
      const context = await this.permission(conversationId, userId);
      if (this.find(conversationId, userId) !== typing) return;
      if (!mayShowTyping(context) || !device.isJoined()) return this.end(typing);
      typing.kind = context.kind;
      typing.toldAt = Date.now();
      this.publish(typing, true);
    } catch (error) {
      this.end(typing);
      throw error;
    }
  }

  private end(typing: Typing | undefined): void {
    if (!typing) return;
    const people = this.typing.get(typing.conversationId);
    if (people?.get(typing.userId) !== typing) return;
    people.delete(typing.userId);
    if (people.size === 0) this.typing.delete(typing.conversationId);
    this.count -= 1;
    clearTimeout(typing.expiry);
    if (typing.toldAt !== undefined) this.publish(typing, false);
  }

  private publish({ conversationId, kind, userId, socketId }: Typing, isTyping: boolean): void {
    this.bus.publish('typing.changed', { conversationId, kind, userId, isTyping, originSocketId: socketId });
  }
}
