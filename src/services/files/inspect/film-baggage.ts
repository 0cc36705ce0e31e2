import type { Blank } from './blank';
import type { BoundedFile } from './bounded-file';
import { boxes, type Box } from './iso-boxes';

/** What players skip. */
const FREE = Buffer.from('free', 'latin1');
/** Where and with what it was taken, by whom, called what: in the movie and in each track. */
const BAGGAGE = new Set(['udta', 'meta']);
/** An XMP packet beside the movie. Source: XMP specification, part 3, 1.2.7 */
const XMP = 'be7acfcb97a942e89c71999491e3afac';

const freed = ({ at, start, end }: Box): Blank[] => [
  { at: at + 4, length: 4, with: FREE },
  { at: start, length: end - start },
];

/** What tells of a film's maker and of the place; no other byte of it moves. */
export async function filmBaggage(file: BoundedFile): Promise<Blank[]> {
  const blanks: Blank[] = [];
  for await (const box of boxes(file, 0, file.fileInfo.size)) {
    if (box.type === 'uuid' && (await file.bytes(box.start, 16)).toString('hex') === XMP)
      blanks.push(...freed(box));
    if (box.type !== 'moov') continue;
    for await (const inner of boxes(file, box.start, box.end)) {
      if (BAGGAGE.has(inner.type)) blanks.push(...freed(inner));
      if (inner.type !== 'trak') continue;
      for await (const own of boxes(file, inner.start, inner.end))
        if (BAGGAGE.has(own.type)) blanks.push(...freed(own));
    }
  }
  return blanks;
}
