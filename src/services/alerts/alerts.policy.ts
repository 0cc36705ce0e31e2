import type { Standing } from './alert';
import { quietUntil } from './quiet-hours';

/** Milliseconds until it is looked again whether somebody who is there has gone. */
const STILL_THERE_MS = 60_000;

/** `until`: not now, look again then. */
export type Decision = 'tell' | 'forget' | { readonly until: Date };

function isUnwanted({ settings, via, chatId, notify, mutedUntil }: Standing, now: Date): boolean {
  if (settings[via] === 'nothing' || notify === 'none') return true;
  if (via === 'telegram' && chatId === null) return true;
  return mutedUntil !== null && mutedUntil > now;
}

/**
 * What becomes of an alert that is due: nothing when it was read or is not wanted any more; later while its reader is there, or
 * wants quiet.
 */
export function decide(standing: Standing, now: Date, isThere: boolean): Decision {
  const { isActive, isMember, doneSeq, lastSeq, settings } = standing;
  if (!isActive || !isMember || doneSeq >= lastSeq || isUnwanted(standing, now)) return 'forget';
  if (isThere) return { until: new Date(now.getTime() + STILL_THERE_MS) };
  const until = settings.quietHours && quietUntil(now, settings.quietHours);
  return until ? { until } : 'tell';
}
