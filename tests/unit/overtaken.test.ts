import { setImmediate as tick } from 'node:timers/promises';
import { DomainEventBus } from '../../src/services/domain-events';
import { whenOvertaken } from '../../src/sockets/overtaken';

describe('people who come and go within seconds', () => {
  let now = 0;
  let bus: DomainEventBus;
  let asked: (readonly string[])[];
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    bus = new DomainEventBus((error) => {
      throw error;
    });
    asked = [];
    whenOvertaken(bus.everywhere, (userIds) => asked.push(userIds));
  });
  afterEach(() => jest.restoreAllMocks());

  const hear = (move: 'joined' | 'left', conversationId: string, ...userIds: string[]): void =>
    bus.hear(`conversation.${move}`, { conversationId, userIds });

  test('are looked up, all of a tick together, each once', async () => {
    hear('joined', 'tea', 'ada', 'bob', 'eve');
    hear('left', 'tea', 'ada');
    hear('left', 'tea', 'bob');
    hear('joined', 'tea', 'bob');
    await tick();
    expect(asked).toEqual([['ada', 'bob']]);
  });

  test('are looked up again with whatever else comes late', async () => {
    for (const move of ['joined', 'left', 'left'] as const) {
      hear(move, 'tea', 'ada');
      await tick();
    }
    expect(asked).toEqual([['ada'], ['ada']]);
  });

  test('are looked up neither for what was long ago, nor for what was elsewhere', async () => {
    hear('joined', 'tea', 'ada');
    hear('left', 'coffee', 'ada');
    now += 10_001;
    hear('left', 'tea', 'ada');
    await tick();
    expect(asked).toEqual([]);
  });
});
