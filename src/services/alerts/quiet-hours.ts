import type { QuietHours } from '../../contracts/users';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Clocks are turned by less. */
const TURN_MINUTES = 3 * 60;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What the clocks of a time zone show, in minutes after midnight. */
function clockOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => minutesOf(format.format(at));
}

/**
 * When the quiet hours that there are now are over, to the minute, by the clocks of their zone, over midnight and when these are turned.
 * @returns `null` when there are none
 */
export function quietUntil(now: Date, { from, to, timeZone }: QuietHours): Date | null {
  const clock = clockOf(timeZone);
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const isQuiet = (at: number): boolean => {
    const time = clock(at);
    return begin < end ? time >= begin && time < end : time >= begin || time < end;
  };
  let quiet = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  if (!isQuiet(quiet)) return null;
  let over = quiet + ((end - clock(quiet) + DAY_MINUTES) % DAY_MINUTES) * MINUTE_MS;
  const latest = over + TURN_MINUTES * MINUTE_MS;
  while (isQuiet(over) && over < latest) over += 15 * MINUTE_MS;
  // The clocks may have been turned between: the first minute that is not quiet lies between the two.
  while (over - quiet > MINUTE_MS) {
    const middle = quiet + Math.floor((over - quiet) / MINUTE_MS / 2) * MINUTE_MS;
    if (isQuiet(middle)) quiet = middle;
    else over = middle;
  }
  return new Date(over);
}
