import type { Database } from '../../database/database';
import type { ObjectStorage } from './storage/storage';
import { blobsAfter, blobUnder, countBlobs, straysAmong } from './verify.queries';

/** Rows, and objects, of one look. */
const PAGE = 1_000;

/** What table and storage say differently, by storage key. */
export interface Verdict {
  readonly checked: number;
  /** a file has bytes that are not there */
  readonly missing: readonly string[];
  /** there, but not as many as were stored */
  readonly wrongSizes: readonly string[];
  /** nobody knows what they are: neither a file's nor waiting for the sweep */
  readonly orphans: readonly string[];
}

/** Reads a list page by page, in the order of its keys. */
async function* inPages<T>(
  page: (after: string) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
): AsyncGenerator<T, undefined> {
  for (let after = ''; ;) {
    const items = await page(after);
    yield* items;
    const last = items.at(-1);
    if (last === undefined) return undefined;
    after = keyOf(last);
  }
}

/**
 * Holds the table of blobs against the storage; servers may run meanwhile. Both are read in the order of their keys, and what differs is
 * looked at again: it may have come or gone between the two looks.
 * @param progress told after each page how many blobs were looked at
 */
export async function verifyFiles(
  { reader }: Database,
  storage: ObjectStorage,
  progress: (checked: number, total: number) => void,
): Promise<Verdict> {
  const total = await countBlobs(reader);
  const objects = inPages(
    (after) => storage.list(after, PAGE),
    ({ key }) => key,
  );
  const blobs = inPages(
    (after) => blobsAfter(reader, after, PAGE),
    ({ storageKey }) => storageKey,
  );
  const suspects = { blobs: [] as string[], objects: [] as string[] };
  let checked = 0;
  let object = await objects.next();
  for await (const { storageKey, size } of blobs) {
    while (!object.done && object.value.key < storageKey) {
      suspects.objects.push(object.value.key);
      object = await objects.next();
    }
    const its = !object.done && object.value.key === storageKey ? object.value : undefined;
    if (its?.size !== size) suspects.blobs.push(storageKey);
    if (its) object = await objects.next();
    checked += 1;
    if (checked % PAGE === 0) progress(checked, total);
  }
  for (; !object.done; object = await objects.next()) suspects.objects.push(object.value.key);
  progress(checked, total);
  return { checked, ...(await judge(reader, storage, suspects)) };
}

async function judge(
  reader: Database['reader'],
  storage: ObjectStorage,
  suspects: { readonly blobs: readonly string[]; readonly objects: readonly string[] },
): Promise<Omit<Verdict, 'checked'>> {
  const missing: string[] = [];
  const wrongSizes: string[] = [];
  const orphans: string[] = [];
  for (const key of suspects.blobs) {
    const size = await storage.sizeOf(key);
    const blob = await blobUnder(reader, key);
    if (blob && size === undefined) missing.push(key);
    else if (blob && size !== blob.size) wrongSizes.push(key);
  }
  for (const key of suspects.objects) {
    const isKnown = (await straysAmong(reader, [key])).size > 0 || (await blobUnder(reader, key)) !== null;
    if (!isKnown && (await storage.sizeOf(key)) !== undefined) orphans.push(key);
  }
  return { missing, wrongSizes, orphans };
}
