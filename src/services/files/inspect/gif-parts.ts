import { BrokenPicture, within, type Part } from './part';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;
/** How often it repeats, as long as it says no more than that. */
const LOOPS = ['NETSCAPE2.0', 'ANIMEXTS1.0'];
const LOOP_BYTES = 19;

/** The size of a colour table, from the byte that announces it. */
const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** The end of a chain of sub-blocks, of up to 255 bytes each. */
function endOfBlocks(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) throw new BrokenPicture();
    at += 1 + length;
    if (length === 0) return within(bytes, at);
  }
}

function draws(bytes: Buffer, at: number, end: number): boolean {
  const label = bytes[at + 1];
  if (label === GRAPHIC_CONTROL) return end - at === 8;
  return (
    label === APPLICATION &&
    end - at === LOOP_BYTES &&
    LOOPS.includes(bytes.toString('latin1', at + 3, at + 14))
  );
}

/** A GIF up to its end. Source: GIF89a specification */
export function* gifParts(bytes: Buffer): Generator<Part> {
  within(bytes, 13);
  let at = within(bytes, 13 + tableBytes(bytes[10] ?? 0));
  yield [0, at, true];
  for (;;) {
    const start = at;
    const block = bytes[at];
    if (block === TRAILER) {
      yield [at, at + 1, true];
      return;
    }
    if (block === EXTENSION) {
      at = endOfBlocks(bytes, at + 2);
      yield [start, at, draws(bytes, start, at)];
    } else if (block === IMAGE) {
      within(bytes, at + 10);
      at = endOfBlocks(bytes, at + 11 + tableBytes(bytes[at + 9] ?? 0));
      yield [start, at, true];
    } else throw new BrokenPicture();
  }
}
