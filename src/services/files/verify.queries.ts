import type { Db } from '../../database/database';
import type { Blob } from './blob.queries';

export async function countBlobs(db: Db): Promise<number> {
  return db.blob.count();
}

const toBlob = ({
  sha256,
  storageKey,
  size,
}: {
  sha256: string;
  storageKey: string;
  size: bigint;
}): Blob => ({
  sha256,
  storageKey,
  size: Number(size),
});

/** Blobs by storage key, behind `after`. Uses blob_storage_key. */
export async function blobsAfter(db: Db, after: string, limit: number): Promise<Blob[]> {
  const rows = await db.blob.findMany({
    where: { storageKey: { gt: after } },
    orderBy: { storageKey: 'asc' },
    take: limit,
  });
  return rows.map(toBlob);
}

/** Uses blob_storage_key. */
export async function blobUnder(db: Db, storageKey: string): Promise<Blob | null> {
  const row = await db.blob.findUnique({ where: { storageKey } });
  return row && toBlob(row);
}

/** Which of some keys are known to lie in the storage without a blob: the sweep removes them. Primary keys. */
export async function straysAmong(db: Db, keys: readonly string[]): Promise<Set<string>> {
  const rows = await db.strayObject.findMany({ where: { storageKey: { in: [...keys] } } });
  return new Set(rows.map(({ storageKey }) => storageKey));
}
