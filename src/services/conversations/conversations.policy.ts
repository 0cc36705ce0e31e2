import { Capability, type MemberRole } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';

const allBut = (...without: readonly Capability[]): Capability[] =>
  Capability.options.filter((capability) => !without.includes(capability));

/** What each role of a kind of conversation may do: the one place that says it. Clients are told, and never work it out themselves. */
export const PERMISSIONS: Readonly<
  Record<ConversationKind, Readonly<Partial<Record<MemberRole, readonly Capability[]>>>>
> = {
  chat: { member: ['post', 'react', 'pin'] },
  group: {
    // Whoever owns it gives it to somebody else first.
    owner: allBut('leave'),
    admin: [
      'post',
      'react',
      'edit',
      'invite',
      'pin',
      'deleteAny',
      'manageMembers',
      'ban',
      'seeMembers',
      'leave',
    ],
    member: ['post', 'react', 'seeMembers', 'leave'],
  },
  channel: {
    // Nobody is added to a channel: people follow it, or come by an invite.
    owner: allBut('leave', 'manageMembers'),
    admin: ['post', 'react', 'edit', 'invite', 'pin', 'deleteAny', 'ban', 'seeMembers', 'leave'],
    follower: ['react', 'leave'],
  },
};

/** Whether a role may do something; of a block between the two people of a private chat it knows nothing. */
export function may(kind: ConversationKind, role: MemberRole, capability: Capability): boolean {
  return PERMISSIONS[kind][role]?.includes(capability) ?? false;
}

/** A private chat whose other one has deleted their account: it can be read, and nothing else. */
export function isDeserted({ kind, memberCount }: { kind: ConversationKind; memberCount: number }): boolean {
  return kind === 'chat' && memberCount < 2;
}

/**
 * @param silenced one of the two people of a private chat blocks the other, or has deleted their account: nobody may post or react
 */
export function capabilitiesOf(kind: ConversationKind, role: MemberRole, silenced: boolean): Capability[] {
  return kind === 'chat' && silenced ? [] : [...(PERMISSIONS[kind][role] ?? [])];
}

const RANK: Readonly<Record<MemberRole, number>> = { owner: 2, admin: 1, member: 0, follower: 0 };

/** Whether somebody of one role may remove, ban or change somebody of another: only those of a lower rank, and never the owner. */
export function mayTouch(actor: MemberRole, target: MemberRole): boolean {
  return RANK[actor] > RANK[target];
}
