import type { SqlValue } from './database';

/** How the driver gives the values of rows. */
export const READING = { bigIntAsNumber: true, dateStrings: true } as const;

/** The driver would write dates in the process's time zone, and read them so; ours are UTC. The rows of a batch share one date. */
export function inUtc(values: readonly SqlValue[]): SqlValue[] {
  let last: Date | undefined;
  let text = '';
  return values.map((value) => {
    if (!(value instanceof Date)) return value;
    if (value !== last) {
      last = value;
      text = value.toISOString().slice(0, -1).replace('T', ' ');
    }
    return text;
  });
}
