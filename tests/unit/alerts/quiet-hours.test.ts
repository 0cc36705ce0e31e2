import { quietUntil } from '../../../src/services/alerts/quiet-hours';

const berlin = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
const until = (now: string, hours = berlin): string | undefined =>
  quietUntil(new Date(now), hours)?.toISOString();

test('lie over midnight, by the clocks of their zone', () => {
  expect(until('2026-11-29T20:59:59Z')).toBeUndefined();
  expect(until('2026-11-29T21:00:00Z')).toBe('2026-11-30T06:00:00.000Z');
  expect(until('2026-11-30T05:59:59.999Z')).toBe('2026-11-30T06:00:00.000Z');
  expect(until('2026-11-30T06:00:00Z')).toBeUndefined();
});

test('lie within a day, in zones of odd minutes and on the other side of the date line', () => {
  const lunch = { from: '12:00', to: '13:30', timeZone: 'Asia/Kathmandu' };
  expect(until('2026-11-29T06:14:59Z', lunch)).toBeUndefined();
  expect(until('2026-11-29T06:15:00Z', lunch)).toBe('2026-11-29T07:45:00.000Z');
  const far = { from: '23:30', to: '00:30', timeZone: 'Pacific/Kiritimati' };
  expect(until('2026-11-29T10:00:00Z', far)).toBe('2026-11-29T10:30:00.000Z');
  expect(until('2026-11-29T10:30:00Z', far)).toBeUndefined();
});

test('are shorter when the clocks are turned forward, and longer when they are turned back', () => {
  expect(until('2026-03-28T21:00:00Z')).toBe('2026-03-29T05:00:00.000Z');
  expect(until('2026-10-24T20:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
});

test('that end in the hour that does not exist end when it would have begun', () => {
  const early = { from: '01:00', to: '02:30', timeZone: 'Europe/Berlin' };
  expect(until('2026-03-29T00:15:00Z', early)).toBe('2026-03-29T01:00:00.000Z');
});

test('that end in the hour that is there twice end when it is there first', () => {
  const early = { from: '01:00', to: '02:30', timeZone: 'Europe/Berlin' };
  expect(until('2026-10-24T23:15:00Z', early)).toBe('2026-10-25T00:30:00.000Z');
});

test('last nearly all day', () => {
  const all = { from: '08:01', to: '08:00', timeZone: 'UTC' };
  expect(until('2026-11-29T08:00:30Z', all)).toBeUndefined();
  expect(until('2026-11-29T08:01:00Z', all)).toBe('2026-11-30T08:00:00.000Z');
});
