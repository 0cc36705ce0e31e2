import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { randomKey } from '../../helpers/hashing';
import { makeFolder, synced, syncFolder } from '../../helpers/synced';
import type { ByteRange } from '../files/storage/storage';

const NAME = /^([0-9a-f-]{36})(?:\.zip|\.[0-9a-f]{32}\.part)$/;

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
  async keep(part: string, id: string): Promise<number> {
    await synced(part, 'r+');
    const { size } = await stat(part);
    await rename(part, this.pathOf(id));
    await syncFolder(this.folder);
    return size;
  }

  read(id: string, range?: ByteRange): Readable {
    return createReadStream(this.pathOf(id), range);
  }

  async isThere(id: string): Promise<boolean> {
    return stat(this.pathOf(id)).then(
      () => true,
      () => false,
    );
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  async removePart(part: string): Promise<void> {
    await rm(part, { force: true });
  }

  /** Removes what is of no export that is wanted, and parts that were written before a time: a server that died left them. */
  async removeOthers(
    before: Date,
    wanted: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
  ): Promise<void> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => NAME.test(name));
    const idOf = (name: string): string => NAME.exec(name)?.[1] ?? '';
    const kept = await wanted([...new Set(names.map(idOf))]);
    for (const name of names) {
      const file = path.join(this.folder, name);
      if (!kept.has(idOf(name)) || (name.endsWith('.part') && (await isOlder(file, before))))
        await this.removePart(file);
    }
  }

  private pathOf(id: string): string {
    return path.join(this.folder, `${id}.zip`);
  }
}
