import type { Conversation } from '../../contracts/conversations';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import type { Done, Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationsService } from './conversations.service';
import { may } from './conversations.policy';
import { depart } from './departures';
import { tellNewcomers } from './newcomers';
import { isIn, putIn, rosterOf } from './roster.queries';

interface Dependencies {
  readonly database: Database;
  readonly conversations: ConversationsService;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
}

/** People follow channels, and follow them no longer. Nobody is told of it but themselves. */
export class FollowingService {
  constructor(private readonly deps: Dependencies) {}

  /** Nothing that was posted before is unread. @throws not_found, also for a private channel; forbidden to the banned */
  async follow(caller: Identity, channelId: string): Promise<Conversation> {
    const { database, conversations, writer, bus } = this.deps;
    const isNew = await writer.act({
      conversationId: channelId,
      apply: (scene) => enter(scene, caller.userId),
    });
    if (isNew) await tellNewcomers(database, bus, channelId, [caller.userId]);
    return conversations.get(caller, 'channel', channelId);
  }

  /** @throws not_found for a channel that the caller does not see, forbidden to its owner */
  async unfollow(caller: Identity, channelId: string): Promise<void> {
    await this.deps.writer.act({
      conversationId: channelId,
      apply: (scene) => leave(scene, caller.userId),
    });
  }
}

async function enter(scene: Scene, userId: string): Promise<Done<boolean>> {
  const { id: conversationId, kind, visibility } = scene.conversation;
  if (kind !== 'channel') throw errors.notFound('channel');
  const entry = (await rosterOf(scene, [userId])).get(userId);
  if (isIn(entry)) return { result: false, events: [] };
  if (visibility !== 'public') throw errors.notFound('channel');
  if (entry?.bannedAt) throw errors.forbidden();
  await putIn(scene, [{ userId, role: 'follower', version: 0 }]);
  return { result: true, events: [['conversation.joined', { conversationId, userIds: [userId] }]] };
}

async function leave(scene: Scene, userId: string): Promise<Done<void>> {
  const { kind, visibility } = scene.conversation;
  if (kind !== 'channel') throw errors.notFound('channel');
  const entry = (await rosterOf(scene, [userId])).get(userId);
  if (!isIn(entry)) {
    const seesIt = visibility === 'public' && !entry?.bannedAt;
    if (!seesIt) throw errors.notFound('channel');
    return { result: undefined, events: [] };
  }
  if (!may(kind, entry.role, 'leave')) throw errors.forbidden();
  return { result: undefined, events: await depart(scene, entry, { reason: 'left', actorId: userId }) };
}
