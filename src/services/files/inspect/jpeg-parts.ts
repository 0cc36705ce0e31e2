import { BrokenPicture, within, type Part } from './part';

const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
/** A JFIF header without the small picture that may follow it. */
const JFIF_BYTES = 16;

const isAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Frames, tables and scans draw; of the application segments only those that say how the colours are meant. */
function draws(marker: number, segment: Buffer): boolean {
  const begins = (name: string): boolean => segment.toString('latin1', 4, 4 + name.length) === name;
  if (marker === APP0) return begins('JFIF\0') && segment.length === JFIF_BYTES + 2;
  if (marker === APP2) return begins('ICC_PROFILE\0');
  if (marker === APP14) return begins('Adobe');
  return marker >= 0xc0 && marker <= 0xdf;
}

/** Where the entropy-coded bytes of a scan end: at the next marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new BrokenPicture();
}

/** A JPEG up to its first end. Source: ITU-T T.81, annex B */
export function* jpegParts(bytes: Buffer): Generator<Part> {
  let at = 0;
  for (;;) {
    const start = at;
    if (bytes[at] !== 0xff) throw new BrokenPicture();
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at] ?? EOI;
    at = within(bytes, at + 1);
    if (isAlone(marker)) yield [start, at, true];
    else if (marker === EOI) {
      yield [start, at, true];
      return;
    } else {
      within(bytes, at + 2);
      const end = within(bytes, at + Math.max(2, bytes.readUInt16BE(at)));
      yield [start, end, draws(marker, bytes.subarray(at - 2, end))];
      at = end;
      if (marker === SOS) yield [end, (at = endOfScan(bytes, end)), true];
    }
  }
}
