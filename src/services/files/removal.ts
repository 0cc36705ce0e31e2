import type { Database, Db } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { forgetStray, removeUnused } from './blob.queries';
import type { StoredFile } from './file';
import { attachedAmong, deleteFiles, lockFiles } from './file.queries';
import type { ObjectStorage } from './storage/storage';

/** Objects that could not be removed, after which the others of a batch are not tried. */
const MOST_FAILURES = 5;

interface Dependencies {
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly logger: Logger;
}

/** Takes files away, and the bytes that no other file has. */
export class FileRemoval {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Removes those of some files that no message has.
   * @param check called with the locked ones and which of them are attached, before any is removed: what it throws undoes all
   */
  async remove(
    ids: readonly string[],
    check: (files: readonly StoredFile[], attached: ReadonlySet<string>) => void = () => undefined,
  ): Promise<void> {
    const { database } = this.deps;
    const keys = await database.transaction((db) => this.removeRows(db, ids, check));
    await this.removeObjects(keys);
  }

  /** What cannot be removed now is left to the sweep, and holds up no other; a storage that is away is not asked for all. @returns whether all are gone */
  async removeObjects(keys: readonly string[]): Promise<boolean> {
    const { database, storage, logger } = this.deps;
    let failures = 0;
    for (const key of keys) {
      try {
        await storage.remove(key);
        await forgetStray(database.writer, key);
      } catch (error) {
        logger.warn({ key, reason: (error as Error).message }, 'an object was not removed from the storage');
        failures += 1;
        if (failures === MOST_FAILURES) break;
      }
    }
    return failures === 0;
  }

  private async removeRows(
    db: Db,
    ids: readonly string[],
    check: (files: readonly StoredFile[], attached: ReadonlySet<string>) => void,
  ): Promise<string[]> {
    const { dialect } = this.deps.database;
    const files = await lockFiles(db, dialect, ids);
    const attached = await attachedAmong(
      db,
      files.map(({ id }) => id),
    );
    check(files, attached);
    const unattached = files.filter(({ id }) => !attached.has(id));
    if (unattached.length === 0) return [];
    await deleteFiles(
      db,
      unattached.map(({ id }) => id),
    );
    return removeUnused(
      db,
      dialect,
      unattached.flatMap(({ sha256, thumbnailSha256 }) => [
        sha256,
        ...(thumbnailSha256 ? [thumbnailSha256] : []),
      ]),
    );
  }
}
