import { createHash } from 'node:crypto';
import { errors } from '../../helpers/errors';

/** The cursor is one digest per bucket of conversation ids: it needs no row, no clock and no write on the server. */
const BUCKETS = 64;
const DIGEST_BYTES = 8;

export interface SyncState {
  readonly conversationId: string;
  readonly version: number;
  readonly myVersion: number;
  /** left, or deleted for oneself */
  readonly removed: boolean;
}

const bucketOf = (conversationId: string): number =>
  createHash('sha256').update(conversationId).digest().readUInt8(0) % BUCKETS;

function digestOf(bucket: readonly SyncState[]): Buffer {
  const hash = createHash('sha256');
  for (const { conversationId, version, myVersion, removed } of bucket)
    hash.update(`${conversationId}:${version}:${myVersion}:${removed ? 1 : 0};`);
  return hash.digest().subarray(0, DIGEST_BYTES);
}

/** Most buckets of most people. */
const EMPTY = digestOf([]);

/**
 * Compares where a client was with where it is now.
 * @param since its cursor, `undefined` for a client that knows nothing
 * @returns the states of the buckets that differ, and the cursor of now
 * @throws validation_failed when the cursor is not one of ours
 */
export function compareWithCursor<State extends SyncState>(
  states: readonly State[],
  since: string | undefined,
): { changed: State[]; cursor: string } {
  const buckets: State[][] = Array.from({ length: BUCKETS }, () => []);
  const ordered = [...states].sort((left, right) => (left.conversationId < right.conversationId ? -1 : 1));
  for (const state of ordered) buckets[bucketOf(state.conversationId)]?.push(state);
  const digests = buckets.map((bucket) => (bucket.length === 0 ? EMPTY : digestOf(bucket)));
  const cursor = Buffer.concat(digests).toString('base64url');
  if (since === undefined) return { changed: ordered, cursor };

  const before = Buffer.from(since, 'base64url');
  if (before.length !== BUCKETS * DIGEST_BYTES)
    throw errors.validationFailed([{ path: 'query.since', message: 'is not a cursor of this server' }]);
  const changed = buckets.filter((_, index) => {
    const digest = before.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
    return !digests[index]?.equals(digest);
  });
  return { changed: changed.flat(), cursor };
}
