import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, synced, syncFolder } from '../../helpers/synced';

const EXTENSION = '.webp';
/** Written, but not whole yet. */
const PART = '.part';
const NAME = /^([0-9a-f]{32})\.(webp|part)$/;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A file that nobody may need any more. */
export interface OldFile {
  readonly name: string;
  readonly key: string;
  /** a writer that died left it */
  readonly isPart: boolean;
}

/** The avatars' folder. Keys are 128 random bits in hex, and nothing else becomes a path. */
export class AvatarFiles {
  constructor(private readonly folder: string) {}

  /** Whole and on the disk when it resolves; until then there is no file of this name. */
  async write(key: string, bytes: Buffer): Promise<void> {
    await makeFolder(this.folder);
    const part = this.pathOf(key, PART);
    await synced(part, 'wx', (file) => file.writeFile(bytes));
    await rename(part, this.pathOf(key, EXTENSION));
    await syncFolder(this.folder);
  }

  async read(key: string): Promise<Buffer | undefined> {
    return readFile(this.pathOf(key, EXTENSION)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key, EXTENSION), { force: true });
  }

  async removeOld({ name }: OldFile): Promise<void> {
    await rm(path.join(this.folder, name), { force: true });
  }

  /** The names behind `after`, in order, at most `limit`. */
  async names(after: string, limit: number): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names
      .filter((name) => NAME.test(name) && name > after)
      .sort()
      .slice(0, limit);
  }

  /** The file of this name, if it was written before `time`. */
  async olderThan(time: Date, name: string): Promise<OldFile | undefined> {
    const [, key = '', extension] = NAME.exec(name) ?? [];
    const { mtimeMs } = await stat(path.join(this.folder, name)).catch((error: unknown) => {
      if (isMissing(error)) return { mtimeMs: Infinity };
      throw error;
    });
    return mtimeMs < time.getTime() ? { name, key, isPart: extension === 'part' } : undefined;
  }

  private pathOf(key: string, extension: string): string {
    if (!/^[0-9a-f]{32}$/.test(key)) throw new Error('not a key of an avatar');
    return path.join(this.folder, key + extension);
  }
}
