import { v7 } from 'uuid';

/** A new id: UUIDv7 (RFC 9562), lowercase; ids made by one process grow in time order. */
export function newId(): string {
  return v7();
}

/** When an id of ours was made, to the millisecond. */
export const timeOfId = (id: string): Date => new Date(parseInt(id.replace('-', '').slice(0, 12), 16));

/** No id that was made at that moment or later is smaller. */
export function firstIdAt(moment: Date): string {
  const time = moment.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/** Behind every id. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
