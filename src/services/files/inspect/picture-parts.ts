import { avifParts } from './avif-parts';
import { gifParts } from './gif-parts';
import { jpegParts } from './jpeg-parts';
import { BrokenPicture, type Part } from './part';
import { pngParts } from './png-parts';
import { withRiffHeader, webpParts } from './webp-parts';

const PARTS: Readonly<Record<string, (bytes: Buffer) => Generator<Part>>> = {
  jpeg: jpegParts,
  png: pngParts,
  webp: webpParts,
  gif: gifParts,
  heif: avifParts,
};

/** A film of 5,000 frames has a tenth of it; what has more is made of pieces that say nothing, and takes seconds of everybody's time. */
const MAX_PARTS = 100_000;

/** @throws BrokenPicture */
function drawingParts(bytes: Buffer, parts: Iterable<Part>): Buffer[] {
  const drawing: Buffer[] = [];
  let count = 0;
  for (const [start, end, draws] of parts) {
    count += 1;
    if (count > MAX_PARTS) throw new BrokenPicture();
    if (draws) drawing.push(bytes.subarray(start, end));
  }
  return drawing;
}

/**
 * A picture without all that draws nothing: camera and place, names, comments, other pictures and files behind it.
 * Its pixels are not touched, colour profiles stay, what moves still does.
 * @param format as sharp calls it
 * @returns the same buffer when there is nothing to take out
 * @throws BrokenPicture
 */
export function withoutBaggage(format: string, bytes: Buffer): Buffer {
  const clean = Buffer.concat(drawingParts(bytes, PARTS[format]?.(bytes) ?? []));
  if (clean.length === bytes.length) return bytes;
  return format === 'webp' ? withRiffHeader(clean) : clean;
}
