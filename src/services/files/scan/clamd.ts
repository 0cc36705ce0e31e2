import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type ClamdAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export type Verdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly signature: string }
  /** larger than clamd's StreamMaxLength */
  | { readonly kind: 'too large' };

export interface ClamdTimes {
  /** without a byte in either direction; a scan says nothing while it goes on */
  readonly idleMs: number;
  /** for all of it */
  readonly totalMs: number;
}

const CHUNK_BYTES = 64 * 1024;
/** A verdict is a line. */
const MAX_REPLY_BYTES = 4096;

/** Puts each chunk's length before it, and a zero behind the last. */
function framed(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const framed = Buffer.alloc(4 + chunk.length);
      framed.writeUInt32BE(chunk.length);
      chunk.copy(framed, 4);
      // Lets an answer that came meanwhile be read, before a write finds the connection closed and it is lost.
      setImmediate(() => done(null, framed));
    },
    flush(done) {
      done(null, Buffer.alloc(4));
    },
  });
}

/** @throws Error for what is no verdict */
function verdictOf(reply: string): Verdict {
  const line = reply.replace(/\0.*$/s, '');
  if (line === 'stream: OK') return { kind: 'clean' };
  const [, signature] = /^stream: (.{1,200}) FOUND$/.exec(line) ?? [];
  if (signature !== undefined) return { kind: 'infected', signature };
  if (/size limit exceeded/i.test(line)) return { kind: 'too large' };
  throw new Error(`clamd answered: ${line.slice(0, 200)}`);
}

function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    socket.on('data', (chunk: Buffer) => {
      reply += chunk.toString('latin1');
      if (reply.includes('\0')) resolve(reply);
      else if (reply.length > MAX_REPLY_BYTES) reject(new Error('clamd answered too much'));
    });
    socket.once('timeout', () => reject(new Error('clamd did not answer in time')));
    // What was answered before the connection broke is read first.
    socket.once('close', () => reject(new Error('clamd closed the connection')));
  });
}

/**
 * Streams a file to clamd (INSTREAM), with a chunk of it in memory.
 * Source: clamd(8)
 * @throws Error when clamd cannot be reached, does not answer in time, or answers something else than a verdict
 */
export async function scanByClamd(path: string, address: ClamdAddress, times: ClamdTimes): Promise<Verdict> {
  const socket = connect(address);
  socket.setTimeout(times.idleMs);
  let broken: unknown;
  socket.on('error', (error) => (broken = error));
  const late = setTimeout(() => socket.destroy(new Error('clamd took too long')), times.totalMs);
  const reply = replyOf(socket);
  reply.catch(() => undefined);
  const reading = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    socket.write('zINSTREAM\0');
    // clamd may answer and close before the end; then its answer counts, not that the rest could not be written.
    const sent = pipeline(reading, framed(), socket, { end: false });
    sent.catch((error: NodeJS.ErrnoException) => {
      if (reading.errored) socket.destroy(error);
    });
    return verdictOf(await reply);
  } catch (error) {
    throw broken ?? error;
  } finally {
    clearTimeout(late);
    reading.destroy();
    socket.destroy();
  }
}
