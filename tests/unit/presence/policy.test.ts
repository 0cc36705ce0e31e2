import { mayShowPresence, mayShowTyping } from '../../../src/services/presence/presence.policy';

describe('presence is shown', () => {
  test.each([
    ['everyone', false, true],
    ['everyone', true, true],
    ['contacts', false, false],
    ['contacts', true, true],
    ['nobody', false, false],
    ['nobody', true, false],
  ] as const)(
    'by %s, to a contact: %s → %s; never when blocked; always to oneself',
    (lastSeen, isContact, shown) => {
      expect(mayShowPresence({ isContact, lastSeen, blocked: false })).toBe(shown);
      expect(mayShowPresence({ isContact, lastSeen, blocked: true })).toBe(false);
      expect(mayShowPresence({ isSelf: true, isContact, lastSeen, blocked: false })).toBe(true);
    },
  );
});

test('typing is shown in chats and groups of up to 100, unless it is off or somebody blocks', () => {
  const usual = { kind: 'chat', typing: true, memberCount: 2, blocked: false } as const;
  expect(mayShowTyping(usual)).toBe(true);
  expect(mayShowTyping({ ...usual, kind: 'group', memberCount: 100 })).toBe(true);
  expect(mayShowTyping({ ...usual, kind: 'group', memberCount: 101 })).toBe(false);
  expect(mayShowTyping({ ...usual, kind: 'channel' })).toBe(false);
  expect(mayShowTyping({ ...usual, typing: false })).toBe(false);
  expect(mayShowTyping({ ...usual, blocked: true })).toBe(false);
});
