import { ConversationKind } from '../../contracts/messages';
import type { Statistics } from '../../contracts/statistics';
import type { Database } from '../../database/database';
import { firstIdAt } from '../../helpers/ids';
import { countMessages, countedDays, keepDay } from './statistics.queries';

type Day = Statistics['messages'][number];

const DAY_MS = 86_400_000;
const DAYS = 30;
const KINDS = ConversationKind.options;
/** An id is made before its message is committed: by then nothing comes any more whose id is older. */
const SETTLED_AFTER_MS = 5 * 60_000;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const startOf = (time: number): number => Math.floor(time / DAY_MS) * DAY_MS;
const firstIdAfter = (time: number): string => firstIdAt(new Date(time));

const asDay = (day: string, counted: ReadonlyMap<string, number>): Day => ({
  day,
  ...(Object.fromEntries(KINDS.map((kind) => [kind, counted.get(kind) ?? 0])) as Omit<Day, 'day'>),
});

function sumOf(...all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  return new Map(KINDS.map((kind) => [kind, all.reduce((sum, one) => sum + (one.get(kind) ?? 0), 0)]));
}

/** How many messages are written a day. A message is counted twice at most: while it is new, and when its day is over. */
export class MessageDays {
  /** of today, up to some moment */
  private settled = { start: 0, until: 0, counted: new Map<string, number>() };

  constructor(
    private readonly database: Database,
    private readonly clock: () => Date = () => new Date(),
  ) {}

  /** Today, and those of the days before that were counted, latest first. */
  async latest(): Promise<Day[]> {
    const today = startOf(this.clock().getTime());
    const days = Array.from({ length: DAYS }, (_, ago) => dayOf(today - (ago + 1) * DAY_MS));
    const rows = await countedDays(this.database.reader, days);
    const byDay = new Map<string, Map<string, number>>();
    for (const { day, kind, messages } of rows)
      byDay.set(day, (byDay.get(day) ?? new Map<string, number>()).set(kind, messages));
    const before = days.flatMap((day) => {
      const counted = byDay.get(day);
      return counted ? [asDay(day, counted)] : [];
    });
    return [asDay(dayOf(today), await this.soFar(today)), ...before];
  }

  /** Counts the latest of the days that are over and were not counted yet: one at a time, so that nobody waits for it. */
  async sweep(): Promise<void> {
    const today = startOf(this.clock().getTime() - SETTLED_AFTER_MS);
    const starts = Array.from({ length: DAYS }, (_, ago) => today - (ago + 1) * DAY_MS);
    const known = new Set((await countedDays(this.database.reader, starts.map(dayOf))).map(({ day }) => day));
    const start = starts.find((time) => !known.has(dayOf(time)));
    if (start === undefined) return;
    const counted = await countMessages(
      this.database.reader,
      firstIdAfter(start),
      firstIdAfter(start + DAY_MS),
    );
    await keepDay(this.database.writer, dayOf(start), KINDS, counted);
  }

  /** Only what is new since the last time is looked at. */
  private async soFar(today: number): Promise<ReadonlyMap<string, number>> {
    const { reader } = this.database;
    if (this.settled.start !== today) this.settled = { start: today, until: today, counted: new Map() };
    const { until, counted } = this.settled;
    const settledUntil = Math.max(until, this.clock().getTime() - SETTLED_AFTER_MS);
    const more = await countMessages(reader, firstIdAfter(until), firstIdAfter(settledUntil));
    const settled = sumOf(counted, more);
    this.settled = { start: today, until: settledUntil, counted: settled };
    const fresh = await countMessages(reader, firstIdAfter(settledUntil), firstIdAfter(today + 2 * DAY_MS));
    return sumOf(settled, fresh);
  }
}
