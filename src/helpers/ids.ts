import { v7 } from 'uuid';

/** A new id: UUIDv7 (RFC 9562), lowercase; ids made by one process grow in time order. */
export function newId(): string {
  return v7();
}
