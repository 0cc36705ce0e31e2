import type { Db } from '../../../src/database/database';
import { DomainEventBus, type DomainEvents } from '../../../src/services/domain-events';
import { TypingService } from '../../../src/services/presence/typing.service';

const ADA = { userId: 'ada' };
const phone = { socketId: 'phone', isJoined: () => true };

let typing: TypingService;
let told: unknown[];
let questions: number;
let answer: () => Promise<unknown[]>;
let bus: DomainEventBus;
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  bus = new DomainEventBus((error) => {
    throw error;
  });
  told = [];
  bus.on('typing.changed', ({ userId, isTyping }) => told.push([userId, isTyping]));
  questions = 0;
  answer = () => Promise.resolve([{ kind: 'chat', typing: 1, memberCount: 2n, blocked: 0 }]);
  const reader = {
    $queryRawUnsafe: () => {
      questions += 1;
      return answer();
    },
  } as unknown as Db;
  typing = new TypingService({ reader }, bus);
});
afterEach(() => {
  typing.close();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

const sent = (senderId: string): void => {
  const message = { conversationId: 'chat', senderId } as DomainEvents['message.sent']['message'];
  bus.publish('message.sent', { message, originSocketId: undefined });
};

test('is told at once, again after three seconds, and extended in between', async () => {
  for (const at of [0, 1_000, 2_999, 3_000, 4_000]) {
    jest.setSystemTime(at);
    await typing.set(ADA, 'chat', true, phone);
  }
  expect(told).toEqual([
    ['ada', true],
    ['ada', true],
  ]);
  expect(questions).toBe(2);
});

test('is over eight seconds after the last true', async () => {
  await typing.set(ADA, 'chat', true, phone);
  jest.advanceTimersByTime(2_000);
  await typing.set(ADA, 'chat', true, phone);
  jest.advanceTimersByTime(7_999);
  expect(told).toEqual([['ada', true]]);
  jest.advanceTimersByTime(1);
  expect(told).toEqual([
    ['ada', true],
    ['ada', false],
  ]);
});

test('a message of that person ends it, somebody else’s does not', async () => {
  await typing.set(ADA, 'chat', true, phone);
  sent('bob');
  expect(told).toEqual([['ada', true]]);
  sent('ada');
  sent('ada');
  expect(told).toEqual([
    ['ada', true],
    ['ada', false],
  ]);
});

test('a message, a leave or an end that comes while the permission is read means that nothing is told', async () => {
  for (const end of [
    () => sent('ada'),
    () => typing.left('chat', 'phone'),
    () => void typing.set(ADA, 'chat', false, phone),
  ]) {
    const asked = typing.set(ADA, 'chat', true, phone);
    end();
    await asked;
  }
  expect(told).toEqual([]);
});

test('another device of the person takes over: the first one’s leaving and ending change nothing', async () => {
  const laptop = { socketId: 'laptop', isJoined: () => true };
  await typing.set(ADA, 'chat', true, phone);
  await typing.set(ADA, 'chat', true, laptop);
  typing.left('chat', 'phone');
  await typing.set(ADA, 'chat', false, phone);
  expect(told).toEqual([['ada', true]]);
  typing.left('chat', 'laptop');
  expect(told).toEqual([
    ['ada', true],
    ['ada', false],
  ]);
});

test('permission lost while typing ends it with the next question', async () => {
  await typing.set(ADA, 'chat', true, phone);
  answer = () => Promise.resolve([{ kind: 'chat', typing: 1, memberCount: 2n, blocked: 1 }]);
  jest.setSystemTime(3_000);
  await typing.set(ADA, 'chat', true, phone);
  expect(told).toEqual([
    ['ada', true],
    ['ada', false],
  ]);
});

test('a stranger gets not_found however often at once, and nothing is kept in mind', async () => {
  answer = () => Promise.resolve([]);
  const tries = [true, true, false].map((isTyping) => typing.set(ADA, 'chat', isTyping, phone));
  for (const outcome of await Promise.allSettled(tries))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
  expect([told, jest.getTimerCount()]).toEqual([[], 0]);
});
