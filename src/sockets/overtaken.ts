import type { EventSource } from '../services/domain-events';

/** Milliseconds by which an event of one node may come later than what happened after it at another. */
const LATE_MS = 10_000;

const MOVES = { joined: 'left', left: 'joined' } as const;
type Move = keyof typeof MOVES;

/**
 * One node's events may overtake another's: whoever is put out at one and let in at another at the same moment may be let in here first and
 * put out last, and the other way round. Only the database knows the order, and both were committed when both are heard.
 * @param lookUp told of people who have come and gone, in either order, within seconds
 */
export function whenOvertaken(bus: EventSource, lookUp: (userIds: readonly string[]) => void): void {
  const recent = new Map<string, Partial<Record<Move, number>>>();
  const doubtful = new Set<string>();

  const ask = (): void => {
    lookUp([...doubtful]);
    doubtful.clear();
  };
  const forgetBefore = (time: number): void => {
    for (const [key, { joined = 0, left = 0 }] of recent) {
      if (Math.max(joined, left) >= time) return;
      recent.delete(key);
    }
  };
  const note = (move: Move, conversationId: string, userIds: readonly string[]): void => {
    const now = Date.now();
    forgetBefore(now - LATE_MS);
    for (const userId of userIds) {
      const key = `${conversationId}/${userId}`;
      const moves = { ...recent.get(key), [move]: now };
      recent.delete(key);
      recent.set(key, moves);
      const opposite = moves[MOVES[move]];
      if (opposite === undefined || opposite < now - LATE_MS) continue;
      if (doubtful.size === 0) setImmediate(ask);
      doubtful.add(userId);
    }
  };

  for (const move of ['joined', 'left'] as const)
    bus.on(`conversation.${move}`, ({ conversationId, userIds }) => note(move, conversationId, userIds));
}
