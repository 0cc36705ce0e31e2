import { BrokenPicture, within, type Part } from './part';

const DRAWS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const DRAWS_A_FRAME = new Set(['VP8 ', 'VP8L', 'ALPH']);
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Of an ANMF chunk: place, size, duration, flags. */
const FRAME_HEADER_BYTES = 16;
/** Flags of VP8X that promise EXIF and XMP. */
const METADATA_FLAGS = 0x0c;

/** Chunks lie on even addresses. */
const padded = (length: number): number => length + (length % 2);

/** A frame holds its picture and nothing else. */
function checkFrame(bytes: Buffer, start: number, end: number): void {
  for (let at = start + FRAME_HEADER_BYTES; at < end;) {
    within(bytes.subarray(0, end), at + CHUNK_HEADER_BYTES);
    if (!DRAWS_A_FRAME.has(bytes.toString('latin1', at, at + 4))) throw new BrokenPicture();
    at += CHUNK_HEADER_BYTES + padded(bytes.readUInt32LE(at + 4));
    within(bytes.subarray(0, end), at);
  }
}

/** A WebP up to its end. Source: RFC 9649, 2.3 */
export function* webpParts(bytes: Buffer): Generator<Part> {
  within(bytes, RIFF_HEADER_BYTES);
  yield [0, RIFF_HEADER_BYTES, true];
  const end = within(bytes, CHUNK_HEADER_BYTES + bytes.readUInt32LE(4));
  for (let at = RIFF_HEADER_BYTES; at < end;) {
    within(bytes, at + CHUNK_HEADER_BYTES);
    const type = bytes.toString('latin1', at, at + 4);
    const next = at + CHUNK_HEADER_BYTES + padded(bytes.readUInt32LE(at + 4));
    // Some writers leave the last padding out.
    if (next !== end + 1 || next !== bytes.length + 1) within(bytes, next);
    if (type === 'ANMF') checkFrame(bytes, at + CHUNK_HEADER_BYTES, next);
    yield [at, Math.min(next, bytes.length), DRAWS.has(type)];
    at = next;
  }
}

/** A WebP whose header promises what is left of it. */
export function withRiffHeader(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(bytes.length - CHUNK_HEADER_BYTES, 4);
  if (bytes.toString('latin1', 12, 16) === 'VP8X') bytes[20] = (bytes[20] ?? 0) & ~METADATA_FLAGS;
  return bytes;
}
