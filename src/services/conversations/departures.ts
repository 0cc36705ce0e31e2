import { nextVersion, type NamedEvent, type Scene } from '../messages/act';
import { may } from './conversations.policy';
import { revokeInvitesOf } from './invites.queries';
import { membersChanged } from './member-events';
import { plainRole, putOut, type RosterEntry } from './roster.queries';
import { tellInConversation } from './system-messages';

interface Departure {
  readonly reason: 'left' | 'removed' | 'banned';
  /** who removes or bans them; whoever leaves does it themselves */
  readonly actorId: string;
}

/**
 * Somebody who is in a group or a channel goes, or with their account out of a private chat. Their sockets leave before anybody is told;
 * nobody is told of followers.
 */
export async function depart(
  scene: Scene,
  entry: RosterEntry,
  { reason, actorId }: Departure,
): Promise<readonly NamedEvent[]> {
  const { conversation, now } = scene;
  const { id: conversationId, kind } = conversation;
  const { userId } = entry;
  const isTold = entry.role !== 'follower';
  const version = isTold ? nextVersion(scene) : entry.version;
  await putOut(scene, entry, { version, bannedAt: reason === 'banned' ? now : null });
  if (may(kind, entry.role, 'invite') && reason !== 'left') await revokeInvitesOf(scene, userId);
  const gone: readonly NamedEvent[] = [
    ['conversation.left', { conversationId, userIds: [userId] }],
    ['conversation.removed', { userId, conversationId, kind, version: conversation.version, reason }],
  ];
  if (!isTold) return gone;
  const changed = await membersChanged(scene, [{ userId, role: plainRole(kind), version, change: reason }]);
  if (kind !== 'group') return [...gone, ...changed];
  const note = await tellInConversation(scene, {
    action: reason === 'left' ? 'left' : 'removed',
    actorId,
    targetIds: reason === 'left' ? [] : [userId],
  });
  return [...gone, ...changed, note];
}
