import type { Conversation } from '../../contracts/conversations';
import type { InvitePreview } from '../../contracts/invites';
import type { Database } from '../../database/database';
import { AppError, errors } from '../../helpers/errors';
import { sha256 } from '../../helpers/hashing';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import type { Done, Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import { arrive } from './arrivals';
import { presentInvitePreview } from './conversation.presenter';
import type { ConversationsService } from './conversations.service';
import { countUse, inviteByToken, inviteOf, type InviteState } from './invites.queries';
import { conversationById, membershipOf } from './membership.queries';
import { tellNewcomers } from './newcomers';
import { isIn, rosterOf } from './roster.queries';

interface Dependencies {
  readonly database: Database;
  readonly conversations: ConversationsService;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
  readonly maxGroupMembers: number;
}

const gone = (): AppError => errors.gone('The invite lets nobody in any more');

function isLive({ expiresAt, maxUses, uses, revoked }: InviteState, now: Date): boolean {
  return !revoked && expiresAt > now && (maxUses === null || uses < maxUses);
}

/** The door that an invite opens. */
export class EntranceService {
  constructor(private readonly deps: Dependencies) {}

  /** Lets nobody in. @throws not_found, gone, forbidden to the banned */
  async preview(caller: Identity, token: string): Promise<InvitePreview> {
    const { reader } = this.deps.database;
    const invite = await inviteByToken(reader, sha256(token));
    if (!invite) throw errors.notFound('invite');
    const conversation = await conversationById(reader, invite.conversationId);
    if (!conversation || !isLive(invite, new Date())) throw gone();
    const membership = await membershipOf(reader, invite.conversationId, caller.userId);
    if (membership?.bannedAt) throw errors.forbidden();
    return presentInvitePreview(conversation, invite.expiresAt, membership?.leftAt === null);
  }

  /** Whoever is in already uses nothing up. @throws not_found, gone, forbidden to the banned, limit_reached */
  async accept(caller: Identity, token: string): Promise<Conversation> {
    const { database, conversations, writer, bus } = this.deps;
    const invite = await inviteByToken(database.reader, sha256(token));
    if (!invite) throw errors.notFound('invite');
    const { id, conversationId, kind } = invite;
    const entered = await writer
      .act({ conversationId, apply: (scene) => this.enter(scene, caller.userId, id) })
      .catch((error: unknown) => {
        // Deleted: what an act refuses by itself.
        throw error instanceof AppError && error.code === 'not_found' ? gone() : error;
      });
    if (entered) await tellNewcomers(database, bus, conversationId, [caller.userId]);
    return conversations.get(caller, kind, conversationId);
  }

  /** The uses are counted under the conversation's lock: as many come as may. */
  private async enter(scene: Scene, userId: string, inviteId: string): Promise<Done<boolean>> {
    const entry = (await rosterOf(scene, [userId])).get(userId);
    if (isIn(entry)) return { result: false, events: [] };
    const invite = await inviteOf(scene.sql, scene.conversation.id, inviteId);
    if (!invite || !isLive(invite, scene.now)) throw gone();
    if (entry?.bannedAt) throw errors.forbidden();
    const { maxGroupMembers } = this.deps;
    const { events } = await arrive(scene, [userId], { action: 'joined', actorId: userId, maxGroupMembers });
    await countUse(scene.sql, inviteId);
    return { result: true, events };
  }
}
