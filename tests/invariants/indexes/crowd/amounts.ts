export const PEOPLE = 12_000;
export const CONVERSATIONS = 3_000;
export const MESSAGES_EACH = 8;
/** In the places where something is done. */
export const MESSAGES_HERE = 6_000;
export const MEMBERS = 2_000;
export const FOLLOWERS = 8_000;
/** Of whatever else there is. */
export const SOME = 2_000;
/** Ada is in every so many of the conversations. */
export const ADAS_SHARE = 12;

export const versionAfter = (messages: number): number => messages + 10;
const DAY_MS = 86_400_000;
export const now = Date.now();
export const daysFromNow = (days: number): Date => new Date(now + days * DAY_MS);
export const hexOf = (index: number, length: number): string => index.toString(16).padStart(length, '0');
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;
