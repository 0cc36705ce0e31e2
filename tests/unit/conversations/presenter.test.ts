import { Channel, Conversation } from '../../../src/contracts/conversations';
import type { MemberRole } from '../../../src/contracts/conversations';
import {
  presentConversation,
  presentPublicChannel,
} from '../../../src/services/conversations/conversation.presenter';
import type { ConversationRow, Membership } from '../../../src/services/conversations/membership';

const ID = '0198c0de-0000-7000-8000-000000000001';
const OWNER = '0198c0de-0000-7000-8000-000000000002';
const NOW = new Date('2026-01-01T00:00:00.000Z');

const chat: ConversationRow = {
  id: ID,
  kind: 'chat',
  title: null,
  description: null,
  avatarKey: null,
  ownerId: null,
  handle: null,
  visibility: null,
  slowModeSeconds: 0,
  retentionDays: null,
  prunedUptoSeq: 0,
  prunedVersion: 0,
  signed: false,
  memberCount: 2,
  lastSeq: 0,
  version: 1,
  lastActivityAt: NOW,
  createdAt: NOW,
  deletedAt: null,
};
const group: ConversationRow = {
  ...chat,
  kind: 'group',
  title: 'Tea',
  description: 'at five',
  avatarKey: '0'.repeat(32),
  ownerId: OWNER,
  slowModeSeconds: 30,
  memberCount: 7,
};
const channel: ConversationRow = { ...group, kind: 'channel', handle: 'Tea', visibility: 'public' };

function seenBy(role: MemberRole, conversation: ConversationRow): Conversation {
  const membership: Membership = {
    conversationId: ID,
    userId: OWNER,
    role,
    version: 1,
    joinedVersion: 0,
    myVersion: 4,
    lastReadSeq: 0,
    lastDeliveredSeq: 0,
    notify: 'all',
    mutedUntil: null,
    pinned: false,
    archived: false,
    clearedUptoSeq: 0,
    removedUptoSeq: null,
    leftAt: null,
    bannedAt: null,
    postedAt: null,
    lastHidden: false,
    conversation,
  };
  return presentConversation(membership, {
    peer: null,
    watermarks: [],
    unread: { messages: 0, mentions: 0 },
    lastMessage: null,
  });
}

test('a private chat has nothing of what groups and channels have', () => {
  const seen = seenBy('member', chat);
  expect(Conversation.parse(seen)).toEqual(seen);
  expect(seen).toMatchObject({ title: null, description: null, avatarUrl: null, ownerId: null });
  for (const key of ['handle', 'visibility', 'signed', 'slowModeSeconds'])
    expect(seen).not.toHaveProperty(key);
});

test('a group shows its owner to every member, and how slow it is', () => {
  const seen = seenBy('member', group);
  expect(Conversation.parse(seen)).toEqual(seen);
  expect(seen).toMatchObject({
    title: 'Tea',
    description: 'at five',
    avatarUrl: `/avatars/${'0'.repeat(32)}.webp`,
    ownerId: OWNER,
    slowModeSeconds: 30,
    memberCount: 7,
    my: { capabilities: ['post', 'react', 'seeMembers', 'leave'] },
  });
  for (const key of ['handle', 'visibility', 'signed']) expect(seen).not.toHaveProperty(key);
});

test('a channel shows its owner only to those who run it', () => {
  expect(seenBy('follower', channel)).toMatchObject({
    handle: 'Tea',
    visibility: 'public',
    signed: false,
    slowModeSeconds: 30,
    ownerId: null,
  });
  expect(seenBy('admin', channel).ownerId).toBe(OWNER);
  expect(seenBy('owner', channel).ownerId).toBe(OWNER);
});

test('a public channel has no part of the caller for those who do not follow it', () => {
  const seen = presentPublicChannel(channel, null);
  expect(Channel.parse(seen)).toEqual(seen);
  expect(seen).toMatchObject({ title: 'Tea', handle: 'Tea', ownerId: null, myVersion: 0, my: null });
});
