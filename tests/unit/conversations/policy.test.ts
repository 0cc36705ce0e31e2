import { Capability, MemberRole } from '../../../src/contracts/conversations';
import { capabilitiesOf, may, mayTouch } from '../../../src/services/conversations/conversations.policy';

const roles = MemberRole.options;

test('a group: its owner does everything but leave, an admin keeps order, a member talks', () => {
  const held = (role: MemberRole) => capabilitiesOf('group', role, false);
  expect(held('owner')).toEqual([
    'post',
    'react',
    'edit',
    'invite',
    'pin',
    'deleteAny',
    'manageMembers',
    'manageRoles',
    'ban',
    'transfer',
    'delete',
    'seeMembers',
  ]);
  expect(held('admin')).toEqual([
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
  ]);
  expect(held('member')).toEqual(['post', 'react', 'seeMembers', 'leave']);
  expect(held('follower')).toEqual([]);
});

test('a channel: nobody is added to it, followers read and react', () => {
  const held = (role: MemberRole) => capabilitiesOf('channel', role, false);
  expect(held('owner')).toEqual([
    'post',
    'react',
    'edit',
    'invite',
    'pin',
    'deleteAny',
    'manageRoles',
    'ban',
    'transfer',
    'delete',
    'seeMembers',
  ]);
  expect(held('admin')).toEqual([
    'post',
    'react',
    'edit',
    'invite',
    'pin',
    'deleteAny',
    'ban',
    'seeMembers',
    'leave',
  ]);
  expect(held('follower')).toEqual(['react', 'leave']);
  expect(held('member')).toEqual([]);
});

test('a private chat: two members who post, react and pin, unless one blocks the other', () => {
  expect(capabilitiesOf('chat', 'member', false)).toEqual(['post', 'react', 'pin']);
  expect(capabilitiesOf('chat', 'member', true)).toEqual([]);
  for (const role of ['owner', 'admin', 'follower'] as const)
    expect(capabilitiesOf('chat', role, false)).toEqual([]);
  // A block is between two people, and closes no group to either.
  expect(capabilitiesOf('group', 'member', true)).toEqual(['post', 'react', 'seeMembers', 'leave']);
});

test('a single question has the same answer as the list', () => {
  for (const kind of ['chat', 'group', 'channel'] as const)
    for (const role of roles)
      expect(Capability.options.filter((capability) => may(kind, role, capability))).toEqual(
        capabilitiesOf(kind, role, false),
      );
});

test('an admin touches neither the owner nor another admin, and nobody touches the owner', () => {
  const touched = (actor: MemberRole) => roles.filter((target) => mayTouch(actor, target));
  expect(touched('owner')).toEqual(['admin', 'member', 'follower']);
  expect(touched('admin')).toEqual(['member', 'follower']);
  expect(touched('member')).toEqual([]);
  expect(touched('follower')).toEqual([]);
});
