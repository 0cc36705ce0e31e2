import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AbstractTokenizer, EndOfStreamError, type IReadChunkOptions } from 'strtok3/core';

const CHUNK_BYTES = 64 * 1024;
/** More at once is asked for by no honest header, only by a made-up length. */
const MAX_READ_BYTES = 4 * 1024 * 1024;
const MAX_MS = 5_000;
/** A film of 100 MB takes a third of it; what takes more is made of pieces that say nothing. */
const MAX_READS = 200_000;
/** Reads answered from memory before others get their turn. */
const READS_PER_TURN = 500;

/** Asked for more than a header takes. */
export class BeyondBounds extends Error {}

/**
 * A file for parsers that strangers' bytes lead: never much in memory, and at an end after some seconds,
 * whatever lengths and loops they are led into.
 */
export class BoundedFile extends AbstractTokenizer {
  private readonly endsAt = Date.now() + MAX_MS;
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private chunkStart = 0;
  private chunkLength = 0;
  private reads = 0;
  /** may be raised for what is read piece by piece */
  maxReads = MAX_READS;

  private constructor(
    private readonly file: FileHandle,
    readonly fileInfo: { readonly size: number; readonly mimeType?: string },
  ) {
    super();
  }

  /** Opens a file for as long as the work takes. */
  static async use<T>(path: string, work: (file: BoundedFile) => Promise<T>, mimeType?: string): Promise<T> {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      return await work(new BoundedFile(handle, { size, mimeType }));
    } finally {
      await handle.close();
    }
  }

  supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.position = position;
  }

  async readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { position } = this.normalizeOptions(target, options);
    const count = await this.peekBuffer(target, options);
    this.position = position + count;
    return count;
  }

  async peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    const count = await this.fill(target.subarray(0, length), position);
    if (count < length && !mayBeLess) throw new EndOfStreamError();
    return count;
  }

  /** At most `length` bytes from `position` on; fewer only at the end. */
  async bytes(position: number, length: number): Promise<Buffer> {
    if (length > MAX_READ_BYTES) throw new BeyondBounds();
    const target = Buffer.alloc(Math.max(0, Math.min(length, this.fileInfo.size - position)));
    return target.subarray(0, await this.fill(target, position));
  }

  private async fill(target: Uint8Array, position: number): Promise<number> {
    this.reads += 1;
    if (this.reads > this.maxReads) throw new BeyondBounds();
    if (this.reads % READS_PER_TURN === 0) await nextTurn();
    if (target.length > MAX_READ_BYTES || !(position >= 0) || Date.now() > this.endsAt)
      throw new BeyondBounds();
    if (position >= this.fileInfo.size) return 0;
    if (target.length > CHUNK_BYTES)
      return (await this.file.read(target, 0, target.length, position)).bytesRead;
    if (position < this.chunkStart || position + target.length > this.chunkStart + this.chunkLength) {
      this.chunkLength = (await this.file.read(this.chunk, 0, CHUNK_BYTES, position)).bytesRead;
      this.chunkStart = position;
    }
    const from = position - this.chunkStart;
    const found = this.chunk.subarray(from, Math.min(from + target.length, this.chunkLength));
    target.set(found);
    return found.length;
  }
}
