import { BrokenPicture, within, type Part } from './part';

const DRAWS = new Set(['ftyp', 'meta', 'mdat', 'moov']);

/**
 * The boxes of an AVIF. One that is not among them cannot be taken out, since others are found by their distance from
 * the start; the picture is drawn again then. Source: ISO/IEC 14496-12, 4.2
 */
export function* avifParts(bytes: Buffer): Generator<Part> {
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return;
    const [size, type] = [bytes.readUInt32BE(at), bytes.toString('latin1', at + 4, at + 8)];
    if (!DRAWS.has(type)) return;
    if (size > 1 && size < 8) throw new BrokenPicture();
    if (size === 1) within(bytes, at + 16);
    const length = size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : size === 0 ? bytes.length - at : size;
    if (length < 8) throw new BrokenPicture();
    const end = within(bytes, at + length);
    yield [at, end, true];
    at = end;
  }
}
