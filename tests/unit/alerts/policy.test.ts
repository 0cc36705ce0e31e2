import type { Standing } from '../../../src/services/alerts/alert';
import { decide } from '../../../src/services/alerts/alerts.policy';

const now = new Date('2026-11-29T12:00:00Z');
const settings: Standing['settings'] = {
  telegram: 'mentions',
  email: 'mentions',
  preview: true,
  quietHours: null,
};
const standing: Standing = {
  ...{ userId: 'bob', conversationId: 'tea', via: 'telegram', firstSeq: 3, lastSeq: 5, dueAt: now },
  ...{ kind: 'group', title: 'Tea', isActive: true, isMember: true, notify: 'all', mutedUntil: null },
  ...{ doneSeq: 2, email: 'bob@example.com', username: 'bob', chatId: '7', settings },
};
const of = (changes: Partial<Standing>, isThere = false) => decide({ ...standing, ...changes }, now, isThere);

test('an alert is told while its reader is away and has not read all of it', () => {
  expect(of({})).toBe('tell');
  expect(of({ doneSeq: 4 })).toBe('tell');
  expect(of({ chatId: null, via: 'email' })).toBe('tell');
  expect(of({ mutedUntil: now })).toBe('tell');
  expect(of({ notify: 'mentions' })).toBe('tell');
});

test.each<[string, Partial<Standing>]>([
  ['read', { doneSeq: 5 }],
  ['of a conversation that its reader has left', { isMember: false }],
  ['of an account that is gone or suspended', { isActive: false }],
  ['of a conversation that is silent', { notify: 'none' }],
  ['of a conversation that is muted', { mutedUntil: new Date(now.getTime() + 1) }],
  ['of a way that is not wanted', { settings: { ...settings, telegram: 'nothing' } }],
  ['of a way that there is not', { chatId: null }],
])('an alert is forgotten when it is %s, whether somebody is there or not', (_, changes) => {
  expect(of(changes)).toBe('forget');
  expect(of(changes, true)).toBe('forget');
});

test('it waits while its reader is there, or wants quiet', () => {
  expect(of({}, true)).toEqual({ until: new Date('2026-11-29T12:01:00Z') });
  const quietHours = { from: '11:00', to: '13:00', timeZone: 'UTC' };
  expect(of({ settings: { ...settings, quietHours } })).toEqual({ until: new Date('2026-11-29T13:00:00Z') });
});
