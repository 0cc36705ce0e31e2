import type { Conversation } from '../../contracts/conversations';
import type { Database } from '../../database/database';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import { nextVersion, type NamedEvent, type Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationsService } from './conversations.service';
import { changeConversation, conversationUpdated } from './details.queries';
import { membersChanged } from './member-events';
import { tellOwnViews } from './my.service';
import { mustBeAllowed, mustBeIn, type OwnedKind } from './places';
import { rosterOf, setRole } from './roster.queries';
import { tellInConversation } from './system-messages';

interface Dependencies {
  readonly database: Database;
  readonly conversations: ConversationsService;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
}

/** Who owns a group or a channel: always exactly one of those who are in it. */
export class OwnershipService {
  constructor(private readonly deps: Dependencies) {}

  /** The owner stays, as an admin. @throws not_found, also for somebody who is not in it; forbidden */
  async transfer(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    userId: string,
  ): Promise<Conversation> {
    const { database, conversations, writer, bus } = this.deps;
    const changed = await writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId, userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'transfer');
        mustBeIn(roster.get(userId));
        return userId === caller.userId
          ? { result: false, events: [] }
          : { result: true, events: await handOver(scene, caller.userId, userId) };
      },
    });
    if (changed) await tellOwnViews(database, bus, conversationId, [caller.userId, userId]);
    return conversations.get(caller, kind, conversationId);
  }
}

/** The owner stays, as an admin. */
export async function handOver(scene: Scene, from: string, to: string): Promise<NamedEvent[]> {
  const [admin, owner] = [
    { userId: from, role: 'admin', version: nextVersion(scene), change: 'role' },
    { userId: to, role: 'owner', version: nextVersion(scene), change: 'role' },
  ] as const;
  for (const { userId, role, version } of [admin, owner]) await setRole(scene, userId, role, version);
  await changeConversation(scene, { ownerId: to });
  const members = await membersChanged(scene, [admin, owner]);
  // Those who may know a channel's owner know it by the roles.
  if (scene.conversation.kind === 'channel') return [...members];
  const updated = conversationUpdated(scene, { ownerId: to });
  const note = await tellInConversation(scene, { action: 'owner', actorId: from, targetIds: [to] });
  return [...members, updated, note];
}
