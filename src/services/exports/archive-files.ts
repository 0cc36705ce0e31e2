import { createWriteStream, type WriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { randomKey } from '../../helpers/hashing';
import { makeFolder, synced, syncFolder } from '../../helpers/synced';
import type { ByteRange } from '../files/storage/storage';

const NAME = /^([0-9a-f-]{36})\.(?:(\d+)\.zip|[0-9a-f]{32}\.part)$/;

/** An export's archive, as one try at it made it: a server that comes late harms no other one's. */
export interface ArchiveKey {
  readonly id: string;
  readonly attempts: number;
}

async function isOlder(file: string, time: Date): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
  return mtimeMs < time.getTime();
}

/** The folder of archives, its owner's alone. An archive has its name when it is whole and on the disk. */
export class ArchiveFiles {
  constructor(private readonly folder: string) {}

  /** Where one is written until it is whole: nobody else writes there. */
  async newPart(id: string): Promise<{ path: string; out: WriteStream }> {
    await makeFolder(this.folder);
    const part = path.join(this.folder, `${id}.${randomKey()}.part`);
    return { path: part, out: createWriteStream(part, { flags: 'wx', mode: 0o600 }) };
  }

  /** @returns its size */
  async keep(part: string, key: ArchiveKey): Promise<number> {
    await synced(part, 'r+');
    const { size } = await stat(part);
    await rename(part, this.pathOf(key));
    await syncFolder(this.folder);
    return size;
  }

  /** @returns nothing when it is not there */
  async read(key: ArchiveKey, range?: ByteRange): Promise<Readable | undefined> {
    const file = await open(this.pathOf(key), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return file?.createReadStream(range);
  }

  async isThere(key: ArchiveKey): Promise<boolean> {
    return stat(this.pathOf(key)).then(
      () => true,
      () => false,
    );
  }

  async remove(key: ArchiveKey): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async removePart(part: string): Promise<void> {
    await rm(part, { force: true });
  }

  /**
   * Removes what is of no export that is wanted or of an earlier try at one, and parts that were written before a time: a server that
   * died left them.
   * @param wanted the latest tries at those exports that are there
   */
  async removeOthers(
    before: Date,
    wanted: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>,
  ): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const found = names.flatMap((name) => {
      const [, id, attempts] = NAME.exec(name) ?? [];
      return id === undefined ? [] : [{ name, id, attempts }];
    });
    const kept = await wanted([...new Set(found.map(({ id }) => id))]);
    for (const { name, id, attempts } of found) {
      const file = path.join(this.folder, name);
      const isWanted = attempts === undefined ? kept.has(id) : kept.get(id) === Number(attempts);
      const isLeft = attempts === undefined && (await isOlder(file, before));
      if (!isWanted || isLeft) await this.removePart(file);
    }
  }

  private pathOf({ id, attempts }: ArchiveKey): string {
    return path.join(this.folder, `${id}.${attempts}.zip`);
  }
}
