import { copyFile, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { makeFolder, synced, syncFolder } from '../../../helpers/synced';
import { refusalOfDisk } from '../disk-refusals';
import {
  isKey,
  MissingObject,
  mustBeKey,
  type ByteRange,
  type ObjectStorage,
  type StoredObject,
} from './storage';

/** Bytes of one read: fewer and larger ones than Node's 64 KiB are faster. */
const READ_BYTES = 256 * 1024;
/** Written, but not whole yet. */
const PART = '.part';
/** The folder is on another disk, or on one that knows no links: link(2). */
const NO_LINK: readonly unknown[] = ['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'];

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Of folders, not of what a system or an operator leaves beside them. */
const IS_FOLDER = /^[0-9a-f]{2}$/;
const foldersIn = async (folder: string): Promise<string[]> =>
  (await namesIn(folder)).filter((name) => IS_FOLDER.test(name));

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.sort();
}

/** Files under `ab/cd/abcd…`, their owner's alone. */
export class LocalStorage implements ObjectStorage {
  constructor(private readonly folder: string) {}

  async put(key: string, source: Buffer | string): Promise<void> {
    const target = this.pathOf(key);
    try {
      await makeFolder(path.dirname(target));
      if (typeof source === 'string') await this.take(source, target);
      else {
        await synced(target + PART, 'w', (file) => file.writeFile(source));
        await rename(target + PART, target);
      }
      await syncFolder(path.dirname(target));
    } catch (error) {
      await rm(target + PART, { force: true }).catch(() => undefined);
      throw refusalOfDisk(error);
    }
  }

  async open(key: string, range?: ByteRange): Promise<Readable> {
    const file = await open(this.pathOf(key), 'r').catch((error: unknown) => {
      throw isMissing(error) ? new MissingObject(key) : refusalOfDisk(error);
    });
    return file.createReadStream({ ...range, highWaterMark: READ_BYTES });
  }

  async remove(key: string): Promise<void> {
    const file = this.pathOf(key);
    for (const name of [file, file + PART]) await rm(name, { force: true });
  }

  async list(after: string, limit: number): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    const [first, second] = [after.slice(0, 2), after.slice(2, 4)];
    for (const outer of (await foldersIn(this.folder)).filter((name) => name >= first))
      for (const inner of await foldersIn(path.join(this.folder, outer))) {
        if (outer === first && inner < second) continue;
        for (const key of await namesIn(path.join(this.folder, outer, inner))) {
          const size = isKey(key) && key > after ? await this.sizeOf(key) : undefined;
          if (size !== undefined) found.push({ key, size });
          if (found.length === limit) return found;
        }
      }
    return found;
  }

  close(): void {
    // Nothing is held open.
  }

  /** Flushed before it has its name there, which is another one of the same bytes where the disk can do that. */
  private async take(source: string, target: string): Promise<void> {
    await synced(source, 'r+');
    await link(source, target).catch(async (error: unknown) => {
      if (!NO_LINK.includes((error as NodeJS.ErrnoException).code)) throw error;
      await copyFile(source, target + PART);
      await synced(target + PART, 'r+');
      await rename(target + PART, target);
    });
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return stat(this.pathOf(key)).then(
      ({ size }) => size,
      (error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      },
    );
  }

  private pathOf(key: string): string {
    mustBeKey(key);
    return path.join(this.folder, key.slice(0, 2), key.slice(2, 4), key);
  }
}
