import type { Conversation } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import type { Database } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { Gathered } from '../../helpers/gathered';
import { newId } from '../../helpers/ids';
import { isThere } from '../accounts';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import type { Limits } from '../limits/limits';
import type { ConversationAccess } from './access';
import { isBlocked } from './blocks.queries';
import { conversationByPair, conversationIdsOf, insertChat, showsReceipts } from './conversations.queries';
import { inboxPage, membershipOf, type InboxFilter, type InboxPosition } from './membership.queries';
import { pairKeyOf } from './pair';
import { viewsOf } from './views';

/** People of one statement: each may be in thousands of conversations. */
const AT_ONCE = 25;

interface Paging {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export class ConversationsService {
  private readonly ids: Gathered<string, string[]>;

  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
    private readonly bus: DomainEventBus,
    private readonly limits: Limits,
  ) {
    this.ids = new Gathered((userIds) => conversationIdsOf(database.reader, userIds), { most: AT_ONCE });
  }

  /**
   * The private chat of the caller and another person; made when there is none, which is counted. One per pair, under any race.
   * A bot finds those that people have opened, and opens none.
   * @throws validation_failed for oneself, not_found for nobody, blocked, forbidden; rate_limited
   */
  async openChat(
    caller: Identity,
    userId: string,
  ): Promise<{ conversation: Conversation; created: boolean }> {
    if (userId === caller.userId)
      throw errors.validationFailed([{ path: 'body.userId', message: 'must be somebody else' }]);
    const { reader } = this.database;
    const pairKey = pairKeyOf(caller.userId, userId);
    const existing = await conversationByPair(reader, pairKey);
    if (existing) return { conversation: await this.get(caller, 'chat', existing.id), created: false };

    if (caller.isBot) throw errors.forbidden('A bot waits until somebody writes to it');
    const key = `user:${caller.userId}`;
    await this.limits.consume('openChat', key, { tell: caller.tell });
    if (!(await isThere(reader, userId))) throw errors.notFound('user');
    if (await isBlocked(reader, caller.userId, userId)) throw errors.blocked();
    const chat = { id: newId(), pairKey, userIds: [caller.userId, userId], now: new Date() };
    try {
      await this.database.transaction((db) => insertChat(db, chat));
    } catch (error) {
      const winner = isUniqueViolation(error) ? await conversationByPair(reader, pairKey) : null;
      if (!winner) throw error;
      await this.limits.refund('openChat', key);
      return { conversation: await this.get(caller, 'chat', winner.id), created: false };
    }
    await this.tellMembers(chat.id, chat.userIds);
    return { conversation: await this.get(caller, 'chat', chat.id), created: true };
  }

  /** @throws not_found */
  async get(caller: Identity, kind: ConversationKind, conversationId: string): Promise<Conversation> {
    const membership = await this.access.member(caller, kind, conversationId);
    const [conversation] = await viewsOf(this.database.reader, [membership]);
    if (!conversation) throw errors.notFound(kind);
    return conversation;
  }

  /** The inbox: pinned ones on top, then latest first. Four statements a page. */
  async list(
    caller: Identity,
    filter: InboxFilter,
    { cursor, limit }: Paging,
  ): Promise<{ items: Conversation[]; nextCursor: string | null }> {
    const after = cursor === undefined ? null : positionOf(cursor);
    const memberships = await inboxPage(this.database.reader, caller.userId, filter, after, limit + 1);
    const page = memberships.slice(0, limit);
    const last = memberships.length > limit ? page.at(-1) : undefined;
    return {
      items: await viewsOf(this.database.reader, page),
      nextCursor: last
        ? encodeCursor(Number(last.pinned), last.conversation.lastActivityAt.getTime(), last.conversationId)
        : null,
    };
  }

  /** Every conversation the person is in: the rooms of their sockets. */
  async idsOf(userId: string): Promise<readonly string[]> {
    return (await this.ids.get(userId)) ?? [];
  }

  /** Whether the person lets others see how far they have read, and so sees how far others have. */
  showsReceipts(userId: string): Promise<boolean> {
    return showsReceipts(this.database.reader, userId);
  }

  /** @throws not_found unless the caller is in the conversation */
  async mustBeMember(caller: Identity, kind: ConversationKind, conversationId: string): Promise<void> {
    await this.access.member(caller, kind, conversationId);
  }

  private async tellMembers(conversationId: string, userIds: readonly string[]): Promise<void> {
    // Join first, fetch after: a message that comes in between is heard.
    this.bus.publish('conversation.joined', { conversationId, userIds });
    const views = await Promise.all(
      userIds.map(async (userId) => {
        const membership = await membershipOf(this.database.reader, conversationId, userId);
        const [conversation] = membership ? await viewsOf(this.database.reader, [membership]) : [];
        return conversation ? [{ userId, conversation }] : [];
      }),
    );
    this.bus.publish('conversation.added', { views: views.flat() });
  }
}

function positionOf(cursor: string): InboxPosition {
  const [pinned, time, conversationId] = decodeCursor(cursor, ['flag', 'time', 'id']);
  return {
    pinned: pinned === 1,
    lastActivityAt: new Date(Number(time)),
    conversationId: String(conversationId),
  };
}
