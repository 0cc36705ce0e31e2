import type { BoundedFile } from './bounded-file';
import { damaged } from './inspected';

/** Of a file as MP4, QuickTime and HEIC are made of them. Source: ISO/IEC 14496-12, 4.2 */
export interface Box {
  readonly type: string;
  /** where the box itself starts */
  readonly at: number;
  /** where what is in it starts and ends */
  readonly start: number;
  readonly end: number;
}

/** A recording in fragments of a second has some thousand of them. */
const MAX_BOXES = 50_000;

/** The boxes between two places, one behind the other, without a gap. */
export async function* boxes(file: BoundedFile, start: number, end: number): AsyncGenerator<Box> {
  let at = start;
  for (let count = 0; at + 8 <= end; count += 1) {
    const header = await file.bytes(at, 16);
    const size = header.readUInt32BE(0);
    // QuickTime ends some lists with four zero bytes.
    if (count > MAX_BOXES || (size > 1 && size < 8) || (size === 1 && header.length < 16))
      throw damaged('film or picture');
    const length = size === 1 ? Number(header.readBigUInt64BE(8)) : size === 0 ? end - at : size;
    const headerBytes = size === 1 ? 16 : 8;
    if (length < headerBytes || at + length > end) throw damaged('film or picture');
    yield { type: header.toString('latin1', 4, 8), at, start: at + headerBytes, end: at + length };
    at += length;
  }
}
