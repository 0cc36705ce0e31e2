import type { MemberRole } from '../../contracts/conversations';
import type { MemberChange } from '../../contracts/events';
import type { NamedEvent, Scene } from '../messages/act';
import { managersOf } from './roster.queries';

interface ChangedMember {
  readonly userId: string;
  readonly role: MemberRole;
  readonly version: number;
  readonly change: MemberChange;
}

/** The events that tell of people who came, went or have another role: everybody in a group, in a channel its owner and admins. */
export async function membersChanged(
  scene: Scene,
  changed: readonly ChangedMember[],
): Promise<readonly NamedEvent[]> {
  const { id: conversationId, kind, lastSeq } = scene.conversation;
  const toldTo = kind === 'channel' ? await managersOf(scene) : 'everybody';
  return changed.map((member) => ['member.changed', { conversationId, kind, lastSeq, ...member, toldTo }]);
}
