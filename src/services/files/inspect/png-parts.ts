import { within, type Part } from './part';

/** Chunks that draw, say how colours and sides are meant, or move. Not: text, time, EXIF and what nobody knows. */
const DRAWS = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT'.split(' '),
);
const SIGNATURE_BYTES = 8;
/** Length, type, check sum. */
const FRAME_BYTES = 12;

/** A PNG up to its end. Source: W3C PNG, third edition, 5.3 */
export function* pngParts(bytes: Buffer): Generator<Part> {
  let at = within(bytes, SIGNATURE_BYTES);
  yield [0, at, true];
  for (let type = ''; type !== 'IEND';) {
    within(bytes, at + FRAME_BYTES);
    type = bytes.toString('latin1', at + 4, at + 8);
    const end = within(bytes, at + FRAME_BYTES + bytes.readUInt32BE(at));
    yield [at, end, DRAWS.has(type)];
    at = end;
  }
}
