import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

interface Entry {
  readonly size?: number;
  readonly compress: boolean;
}

/** Writes a ZIP entry by entry: of each only what is on its way is in memory. */
export class ZipWriter {
  private readonly zip = new ZipFile();
  private readonly written: Promise<void>;
  private readonly failure = new AbortController();

  /** @param signal breaks it off */
  constructor(out: Writable, signal: AbortSignal) {
    const fail = (error: unknown): void => this.failure.abort(error);
    this.zip.on('error', fail);
    this.written = pipeline(this.zip.outputStream, out, {
      signal: AbortSignal.any([signal, this.failure.signal]),
    });
    this.written.catch(fail);
  }

  /** Resolves when all of the entry was taken. @throws what broke the reading or the writing off */
  async add(name: string, source: Readable, entry: Entry): Promise<void> {
    const { signal } = this.failure;
    const stop = (): void => void source.destroy(asError(signal.reason));
    const taken = new Promise<void>((resolve, reject) => {
      source.once('end', resolve).once('error', reject);
      source.once('close', () => reject(new Error('the source of an entry was broken off')));
    });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (!signal.aborted) this.zip.addReadStream(source, name, { ...entry, mode: 0o600 });
      await taken;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async addText(name: string, text: string): Promise<void> {
    await this.add(name, Readable.from([text]), { compress: true });
  }

  async addBytes(name: string, bytes: Buffer): Promise<void> {
    await this.add(name, Readable.from([bytes]), { size: bytes.length, compress: false });
  }

  /** A JSON array, a value a line, as they come. */
  async addList(name: string, values: AsyncIterable<unknown>): Promise<void> {
    await this.add(name, Readable.from(listed(values)), { compress: true });
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    this.zip.end();
    await this.written;
  }

  /** What was opened is closed when it resolves. */
  async breakOff(): Promise<void> {
    this.failure.abort(new Error('broken off'));
    await this.written.catch(() => undefined);
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

async function* listed(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const value of values) {
    yield separator + JSON.stringify(value);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
