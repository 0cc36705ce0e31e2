import type { Notify, OwnView } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import type { Database, Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import { hiddenSince } from '../messages/hidden.queries';
import type { PostViews } from '../messages/post-views';
import type { ConversationAccess } from './access';
import { showsReceipts } from './conversations.queries';
import type { Membership } from './membership';
import { moveDelivered, moveRead, moveReadFrom, changeOwn, clearUpto } from './my.queries';
import { membershipOf, membershipsIn } from './membership.queries';
import { peerIn } from './people.queries';
import { tellsReceipts } from './receipts.policy';
import { ownViewOf } from './views';

export interface MyChanges {
  readonly notify?: Notify;
  /** RFC 3339, or `null` for no longer muted */
  readonly mutedUntil?: string | null;
  readonly pinned?: boolean;
  readonly archived?: boolean;
}

/** The caller's own part of a conversation: watermarks, mute, pin, archive, clear. Nobody else sees it; `myVersion` counts it. */
export class MyService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
    private readonly bus: DomainEventBus,
    private readonly postViews: PostViews,
  ) {}

  /** @throws not_found */
  async change(caller: Identity, conversationId: string, changes: MyChanges): Promise<OwnView> {
    await this.access.member(caller, null, conversationId);
    const { mutedUntil, ...rest } = changes;
    await changeOwn(this.database.writer, conversationId, caller.userId, {
      ...rest,
      ...(mutedUntil !== undefined && { mutedUntil: mutedUntil === null ? null : new Date(mutedUntil) }),
    });
    return this.tell(caller, conversationId);
  }

  /** Messages up to a seq are gone from the caller's view. Only forward. @throws not_found, validation_failed */
  async clearHistory(caller: Identity, conversationId: string, uptoSeq: number): Promise<OwnView> {
    await this.mustBeThere(caller, null, conversationId, uptoSeq);
    const moved = await clearUpto(this.database.writer, conversationId, caller.userId, {
      seq: uptoSeq,
      remove: false,
    });
    return moved ? this.tell(caller, conversationId) : this.view(caller, conversationId);
  }

  /** Deletes a chat for the caller: cleared, and out of the inbox until the next message. @throws not_found */
  async remove(caller: Identity, conversationId: string): Promise<void> {
    const { conversation } = await this.access.member(caller, 'chat', conversationId);
    await clearUpto(this.database.writer, conversationId, caller.userId, {
      seq: conversation.lastSeq,
      remove: true,
    });
    await this.tell(caller, conversationId);
    this.bus.publish('conversation.removed', {
      userId: caller.userId,
      conversationId,
      kind: conversation.kind,
      version: conversation.version,
      reason: 'deleted',
    });
  }

  /** Moves the read position forward; read implies delivered. @throws not_found, validation_failed for a seq that is not there yet */
  async read(
    caller: Identity,
    kind: ConversationKind | null,
    conversationId: string,
    seq: number,
  ): Promise<OwnView> {
    const membership = await this.mustBeThere(caller, kind, conversationId, seq);
    const moved =
      membership.conversation.kind === 'channel'
        ? await this.seePosts(caller, membership, seq)
        : await moveRead(this.database.writer, conversationId, caller.userId, seq);
    return this.moved(caller, conversationId, moved);
  }

  /** Moves the delivered position forward. @throws not_found, validation_failed for a seq that is not there yet */
  async delivered(
    caller: Identity,
    kind: ConversationKind | null,
    conversationId: string,
    seq: number,
  ): Promise<OwnView> {
    await this.mustBeThere(caller, kind, conversationId, seq);
    return this.moved(
      caller,
      conversationId,
      await moveDelivered(this.database.writer, conversationId, caller.userId, seq),
    );
  }

  private async mustBeThere(
    caller: Identity,
    kind: ConversationKind | null,
    conversationId: string,
    seq: number,
  ): Promise<Membership> {
    const membership = await this.access.member(caller, kind, conversationId);
    const { lastSeq } = membership.conversation;
    if (seq > lastSeq)
      throw errors.validationFailed([{ path: 'seq', message: `must be at most ${lastSeq}` }]);
    return membership;
  }

  /** Moves the read position of a channel from where it is known to be, so that two devices count no post twice. */
  private async seePosts(caller: Identity, membership: Membership, seq: number): Promise<boolean> {
    const { conversationId, lastReadSeq, clearedUptoSeq } = membership;
    if (seq <= lastReadSeq) return false;
    const { userId } = caller;
    if (await moveReadFrom(this.database.writer, { conversationId, userId, from: lastReadSeq, to: seq })) {
      await this.postViews.seen(conversationId, userId, Math.max(lastReadSeq, clearedUptoSeq), seq);
      return true;
    }
    return this.seePosts(caller, await this.access.member(caller, 'channel', conversationId), seq);
  }

  private async moved(caller: Identity, conversationId: string, moved: boolean): Promise<OwnView> {
    if (!moved) return this.view(caller, conversationId);
    const membership = await membershipOf(this.database.reader, conversationId, caller.userId);
    if (membership && (await this.isShown(membership)))
      this.bus.publish('receipt.moved', {
        conversationId,
        kind: membership.conversation.kind,
        userId: caller.userId,
        deliveredSeq: membership.lastDeliveredSeq,
        readSeq: membership.lastReadSeq,
      });
    return this.tell(caller, conversationId);
  }

  /** Whether the others may be told how far somebody has come. */
  private async isShown({ userId, conversation }: Membership): Promise<boolean> {
    const { reader } = this.database;
    if (conversation.kind !== 'chat')
      return tellsReceipts(conversation) && (await showsReceipts(reader, userId));
    const peer = await peerIn(reader, userId, conversation.id);
    return peer !== null && peer.viewerReadReceipts && !peer.blocked;
  }

  private async tell(caller: Identity, conversationId: string): Promise<OwnView> {
    const view = await this.view(caller, conversationId);
    this.bus.publish('my.updated', { userId: caller.userId, view });
    return view;
  }

  private view(caller: Identity, conversationId: string): Promise<OwnView> {
    return ownView(this.database, conversationId, caller.userId);
  }
}

async function present(db: Db, membership: Membership): Promise<OwnView> {
  const { conversationId, userId, conversation, myVersion } = membership;
  const [my, hidden] = await Promise.all([
    ownViewOf(db, membership),
    hiddenSince(db, { userId, conversationId, since: myVersion - 1, upTo: myVersion }, 1),
  ]);
  const { kind, lastSeq } = conversation;
  return { conversationId, kind, lastSeq, myVersion, my, ...(hidden.length > 0 && { hidden }) };
}

/** A person's own view as it is now. @throws not_found for whoever is not in it any more */
async function ownView({ reader }: Database, conversationId: string, userId: string): Promise<OwnView> {
  const membership = await membershipOf(reader, conversationId, userId);
  if (!membership || membership.leftAt) throw errors.notFound('conversation');
  return present(reader, membership);
}

/** Tells people's own devices their views as they are now; nothing to whoever has gone meanwhile. */
export async function tellOwnViews(
  { reader }: Database,
  bus: DomainEventBus,
  conversationId: string,
  userIds: readonly string[],
): Promise<void> {
  for (const membership of await membershipsIn(reader, conversationId, userIds))
    bus.publish('my.updated', { userId: membership.userId, view: await present(reader, membership) });
}
