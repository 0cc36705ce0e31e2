import { Message, type SystemNote } from '../../../src/contracts/messages';
import type { StoredMessage } from '../../../src/services/messages/message';
import { presentMessage } from '../../../src/services/messages/message.presenter';

const CONVERSATION = '0198c0de-0000-7000-8000-000000000001';
const SENDER = '0198c0de-0000-7000-8000-000000000002';
const TARGET = '0198c0de-0000-7000-8000-000000000003';

const post: StoredMessage = {
  conversationId: CONVERSATION,
  kind: 'channel',
  signed: false,
  seq: 1,
  id: '0198c0de-0000-7000-8000-000000000004',
  version: 2,
  senderId: SENDER,
  type: 'text',
  content: 'hello',
  clientMessageId: 'k',
  requestHash: '0'.repeat(64),
  createdAt: new Date('2026-01-01T00:00:00.000Z'),
  editedAt: null,
  deletedAt: null,
  mentionsAll: false,
  forwardedFrom: null,
  pinnedAt: null,
  replyToSeq: null,
};
const note: SystemNote = { action: 'added', actorId: SENDER, targetIds: [TARGET] };

test("a message names its room by its conversation's kind", () => {
  expect(presentMessage({ ...post, kind: 'chat' })).toMatchObject({ chatId: CONVERSATION });
  expect(presentMessage({ ...post, kind: 'group' })).toMatchObject({ groupId: CONVERSATION });
  expect(presentMessage(post)).toMatchObject({ channelId: CONVERSATION });
  expect(Message.parse(presentMessage(post))).toEqual(presentMessage(post));
});

test('a channel tells who wrote a post only when it is signed; other conversations always do', () => {
  expect(presentMessage(post).senderId).toBeNull();
  expect(presentMessage({ ...post, signed: true }).senderId).toBe(SENDER);
  expect(presentMessage({ ...post, kind: 'group' }).senderId).toBe(SENDER);
  expect(presentMessage({ ...post, kind: 'chat' }).senderId).toBe(SENDER);
});

test('a system message tells what was done instead of a text', () => {
  const system = { ...post, type: 'system', content: JSON.stringify(note) } as const;
  const inGroup = presentMessage({ ...system, kind: 'group' });
  expect(inGroup).toMatchObject({ type: 'system', senderId: SENDER, content: null, system: note });
  expect(Message.parse(inGroup)).toEqual(inGroup);
  expect(presentMessage(system)).toMatchObject({ senderId: null, system: { ...note, actorId: null } });
  const tombstone = presentMessage({ ...system, content: null, deletedAt: post.createdAt });
  expect(tombstone.content).toBeNull();
  expect(tombstone).not.toHaveProperty('system');
});
