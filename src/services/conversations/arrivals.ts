import { errors } from '../../helpers/errors';
import { nextVersion, type NamedEvent, type Scene } from '../messages/act';
import { membersChanged } from './member-events';
import { plainRole, putIn, type RosterEntry } from './roster.queries';
import { tellInConversation } from './system-messages';

interface Arrival {
  /** by themselves, or let in by the actor */
  readonly action: 'joined' | 'added';
  readonly actorId: string;
  readonly maxGroupMembers: number;
}

/**
 * People come into a group or a channel, with the role of whoever has no other. Nobody is told of followers.
 * @throws limit_reached
 */
export async function arrive(
  scene: Scene,
  userIds: readonly string[],
  { action, actorId, maxGroupMembers }: Arrival,
): Promise<{ readonly entries: readonly RosterEntry[]; readonly events: readonly NamedEvent[] }> {
  const { conversation, now } = scene;
  const isGroup = conversation.kind === 'group';
  if (userIds.length === 0) return { entries: [], events: [] };
  if (isGroup && conversation.memberCount + userIds.length > maxGroupMembers)
    throw errors.limitReached(`A group has at most ${maxGroupMembers} members`);
  const entries = userIds.map((userId) => ({
    userId,
    role: plainRole(conversation.kind),
    version: isGroup ? nextVersion(scene) : 0,
    createdAt: now,
    leftAt: null,
    bannedAt: null,
  }));
  await putIn(scene, entries);
  const joined: NamedEvent = ['conversation.joined', { conversationId: conversation.id, userIds }];
  if (!isGroup) return { entries, events: [joined] };
  const changed = await membersChanged(
    scene,
    entries.map(({ userId, role, version }) => ({ userId, role, version, change: 'joined' })),
  );
  const targetIds = action === 'added' ? [...userIds] : [];
  const note = await tellInConversation(scene, { action, actorId, targetIds });
  return { entries, events: [joined, ...changed, note] };
}
