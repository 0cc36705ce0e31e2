import type { Db, Row } from '../../database/database';
import { placeholders, type Dialect } from '../../database/dialects/dialect';
import { asNumber, asText } from '../../database/rows';

export interface Blob {
  readonly sha256: string;
  readonly storageKey: string;
  readonly size: number;
}

/** Of objects that nobody needs and nobody may adopt any more: they can be removed at once. */
const LONG_AGO = new Date(0);

const inOrder = <B extends Pick<Blob, 'sha256'>>(blobs: readonly B[]): B[] =>
  [...blobs].sort((left, right) => (left.sha256 < right.sha256 ? -1 : 1));

/** Which of some bytes are stored already. Primary keys. */
export async function storedAmong(db: Db, hashes: readonly string[]): Promise<Set<string>> {
  const rows = await db.blob.findMany({ where: { sha256: { in: [...hashes] } }, select: { sha256: true } });
  return new Set(rows.map(({ sha256 }) => sha256));
}

/** Locks blobs until the transaction ends. By primary key, in its order. @returns those that are there */
export async function lockBlobs(db: Db, dialect: Dialect, hashes: readonly string[]): Promise<Blob[]> {
  if (hashes.length === 0) return [];
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT b.sha256, b.storageKey, b.size FROM \`blob\` b ${dialect.usingIndex('PRIMARY')}
     WHERE b.sha256 IN (${placeholders(hashes.length)}) ORDER BY b.sha256 ${dialect.forUpdate}`,
    ...hashes,
  );
  return rows.map((row) => ({
    sha256: asText(row.sha256),
    storageKey: asText(row.storageKey),
    size: asNumber(row.size),
  }));
}

/** Writes down that bytes are about to lie under a key and belong to no blob yet. */
export async function expectObject(db: Db, storageKey: string, now: Date): Promise<void> {
  await db.strayObject.createMany({ data: { storageKey, since: now } });
}

/** Gives an object up that was not adopted: the sweep may have it at once. */
export async function abandonObject(db: Db, storageKey: string): Promise<void> {
  await db.strayObject.upsert({
    where: { storageKey },
    create: { storageKey, since: LONG_AGO },
    update: { since: LONG_AGO },
  });
}

/**
 * Makes blobs of objects that are whole in the storage, where there are none of the same bytes, and locks the blobs of some bytes until the
 * transaction ends. An object that is not needed then is the sweep's.
 * @returns false when some of the bytes are not stored any more, or the sweep has taken an object: the transaction must not be committed
 */
export async function adoptObjects(
  db: Db,
  dialect: Dialect,
  objects: readonly Blob[],
  hashes: readonly string[],
  now: Date,
): Promise<boolean> {
  if (objects.length > 0)
    await db.$executeRawUnsafe(
      dialect.addBlobs(objects.length),
      ...inOrder(objects).flatMap(({ sha256, storageKey, size }) => [sha256, storageKey, size, now]),
    );
  const blobs = await lockBlobs(db, dialect, hashes);
  const stored = new Set(blobs.map(({ storageKey }) => storageKey));
  for (const { storageKey } of objects) {
    const itsStray = { storageKey, since: { gt: LONG_AGO } };
    if (!stored.has(storageKey)) await abandonObject(db, storageKey);
    else if ((await db.strayObject.deleteMany({ where: itsStray })).count === 0) return false;
  }
  return blobs.length === hashes.length;
}

/** Which of some blobs a file has, as its content or as its thumbnail. Uses file_blob and file_thumbnail. */
async function usedAmong(db: Db, hashes: readonly string[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT b.sha256 FROM \`blob\` b WHERE b.sha256 IN (${placeholders(hashes.length)})
       AND (EXISTS (SELECT 1 FROM file f WHERE f.sha256 = b.sha256)
         OR EXISTS (SELECT 1 FROM file t WHERE t.thumbnailSha256 = b.sha256))`,
    ...hashes,
  );
  return new Set(rows.map((row) => asText(row.sha256)));
}

/**
 * Removes those of some blobs that no file has any more. To be called after the files are gone, in their transaction: whoever adds a file with
 * the same bytes holds the blob's lock.
 * @returns the keys of their objects, which are strays from now on
 */
export async function removeUnused(db: Db, dialect: Dialect, hashes: readonly string[]): Promise<string[]> {
  const blobs = await lockBlobs(db, dialect, [...new Set(hashes)].sort());
  const used = await usedAmong(
    db,
    blobs.map(({ sha256 }) => sha256),
  );
  const unused = blobs.filter(({ sha256 }) => !used.has(sha256));
  if (unused.length === 0) return [];
  await db.blob.deleteMany({ where: { sha256: { in: unused.map(({ sha256 }) => sha256) } } });
  const keys = unused.map(({ storageKey }) => storageKey);
  await db.strayObject.createMany({ data: keys.map((storageKey) => ({ storageKey, since: LONG_AGO })) });
  return keys;
}

/**
 * Some objects that belonged to no blob before `time`, taken: from now on they cannot be adopted, and are to be removed. Uses
 * stray_object_since.
 */
export async function takeStraysBefore(db: Db, time: Date, limit: number): Promise<string[]> {
  const found = await db.strayObject.findMany({
    where: { since: { lt: time } },
    orderBy: { since: 'asc' },
    select: { storageKey: true },
    take: limit,
  });
  const storageKey = { in: found.map((row) => row.storageKey) };
  await db.strayObject.updateMany({ where: { storageKey, since: { lt: time } }, data: { since: LONG_AGO } });
  // Not those that were adopted meanwhile.
  const taken = await db.strayObject.findMany({ where: { storageKey, since: LONG_AGO } });
  return taken.map((row) => row.storageKey);
}

/** Nothing lies under the key any more. */
export async function forgetStray(db: Db, storageKey: string): Promise<void> {
  await db.strayObject.deleteMany({ where: { storageKey } });
}
