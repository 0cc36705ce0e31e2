import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { randomKey } from '../../helpers/hashing';
import { refusalOfDisk } from './disk-refusals';
import type { Blank } from './inspect';

/** Bytes that gather before they are written: fewer, larger writes. */
const WRITE_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(64 * 1024);
/** An upload may take an hour, and its inspection some minutes: what is older was left by a crash. */
const LEFT_AFTER_MS = 2 * 3_600_000;

/** A whole file in the folder of those that come in. */
export interface Received {
  readonly path: string;
  readonly size: number;
  /** hex */
  readonly sha256: string;
}

/**
 * Resolves when all of a stream is in the file and that is closed. Unlike a pipeline it does not end a stream whose file cannot be written:
 * its reader would take the disk's failure for the sender's.
 */
function written(stream: Readable, out: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      stream.unpipe(out).resume();
      if (out.closed) return reject(error);
      out.once('close', () => reject(error)).destroy();
    };
    const brokenOff = (): void => {
      if (!stream.readableEnded) fail(new Error('the upload was broken off'));
    };
    out.once('error', fail).once('finish', () => out.once('close', resolve));
    stream.once('error', fail).once('close', brokenOff);
    if (stream.destroyed) brokenOff();
    stream.pipe(out);
  });
}

/** Where uploads wait until it is known what they are. Several servers may share the folder. */
export class TemporaryFiles {
  constructor(
    private readonly folder: string,
    private readonly clock: () => Date,
  ) {}

  /** Writes a stream down, counting and hashing it on the way. Nothing is left when it fails. @throws unavailable when there is no room */
  async receive(stream: Readable): Promise<Received> {
    const file = await this.newPath();
    const hash = createHash('sha256');
    const out = createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: WRITE_BYTES });
    stream.on('data', (chunk: Buffer) => hash.update(chunk));
    try {
      await written(stream, out);
    } catch (error) {
      await this.remove(file);
      throw refusalOfDisk(error);
    }
    return { path: file, size: out.bytesWritten, sha256: hash.digest('hex') };
  }

  /** @throws unavailable when there is no room */
  async write(bytes: Buffer): Promise<Received> {
    const file = await this.newPath();
    try {
      await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      await this.remove(file);
      throw refusalOfDisk(error);
    }
    return { path: file, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /** Overwrites parts of a file; what is written over them has their length. @throws unavailable */
  async blank(file: Received, blanks: readonly Blank[]): Promise<Received> {
    if (blanks.length === 0) return file;
    try {
      const handle = await open(file.path, 'r+');
      try {
        for (const { at, length, with: bytes = NOTHING } of blanks)
          for (let done = 0; done < length; done += bytes.length)
            await handle.write(bytes, 0, Math.min(bytes.length, length - done), at + done);
      } finally {
        await handle.close();
      }
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(file.path, { highWaterMark: WRITE_BYTES }))
        hash.update(chunk as Buffer);
      return { ...file, sha256: hash.digest('hex') };
    } catch (error) {
      throw refusalOfDisk(error);
    }
  }

  /** Also when it is there no more. */
  async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  /** Removes what crashes have left. */
  async sweep(): Promise<void> {
    const oldest = this.clock().getTime() - LEFT_AFTER_MS;
    for (const name of await readdir(this.folder).catch(() => [])) {
      const file = path.join(this.folder, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < oldest) await this.remove(file);
    }
  }

  private async newPath(): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw refusalOfDisk(error);
    });
    return path.join(this.folder, randomKey());
  }
}
