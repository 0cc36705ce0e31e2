import { MemoryLeases, type Lapse } from '../../../src/services/presence/leases';

const GRACE_MS = 30_000;

let leases: MemoryLeases;
let lapses: Lapse[];
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  leases = new MemoryLeases(GRACE_MS);
  lapses = [];
  leases.onLapse((lapse) => lapses.push(lapse));
});
afterEach(() => jest.useRealTimers());

const isOnline = async (userId = 'ada') => (await leases.online([userId, 'nobody'])).has(userId);

test('the first device brings a person online, the others change nothing', async () => {
  expect(await isOnline()).toBe(false);
  expect(await leases.take('ada', 'phone')).toBe(true);
  expect(await leases.take('ada', 'laptop')).toBe(false);
  expect(await isOnline()).toBe(true);
  await leases.release('ada', 'phone');
  jest.advanceTimersByTime(10 * GRACE_MS);
  expect([await isOnline(), lapses]).toEqual([true, []]);
});

test('the person is offline a grace after the last device went, since the moment it went', async () => {
  await leases.take('ada', 'phone');
  jest.setSystemTime(1_000);
  await leases.release('ada', 'phone');
  jest.advanceTimersByTime(GRACE_MS - 1);
  expect([await isOnline(), lapses]).toEqual([true, []]);
  jest.advanceTimersByTime(1);
  expect([await isOnline(), lapses]).toEqual([false, [{ userId: 'ada', lastSeenAt: new Date(1_000) }]]);
  expect(await leases.take('ada', 'phone')).toBe(true);
});

test('coming back within the grace is no coming, and the grace begins anew', async () => {
  await leases.take('ada', 'phone');
  await leases.release('ada', 'phone');
  jest.advanceTimersByTime(GRACE_MS - 1);
  expect(await leases.take('ada', 'phone again')).toBe(false);
  jest.advanceTimersByTime(GRACE_MS);
  await leases.release('ada', 'phone again');
  jest.advanceTimersByTime(GRACE_MS - 1);
  expect(lapses).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(lapses).toHaveLength(1);
});

test('a lease that is not held is not given back, and one given back twice ends once', async () => {
  await leases.release('ada', 'phone');
  await leases.take('ada', 'phone');
  await leases.release('ada', 'laptop');
  jest.advanceTimersByTime(GRACE_MS);
  expect(await isOnline()).toBe(true);
  await leases.release('ada', 'phone');
  await leases.release('ada', 'phone');
  jest.advanceTimersByTime(GRACE_MS);
  expect(lapses).toHaveLength(1);
});

test('closing names everybody with the time they were last there, and leaves no timer', async () => {
  await leases.take('ada', 'phone');
  await leases.take('bob', 'phone');
  jest.setSystemTime(1_000);
  await leases.release('ada', 'phone');
  jest.setSystemTime(2_000);
  expect(await leases.close()).toEqual([
    { userId: 'ada', lastSeenAt: new Date(1_000) },
    { userId: 'bob', lastSeenAt: new Date(2_000) },
  ]);
  expect(jest.getTimerCount()).toBe(0);
  expect([await isOnline(), await isOnline('bob'), lapses]).toEqual([false, false, []]);
});
