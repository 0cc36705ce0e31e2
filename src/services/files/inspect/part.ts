/** A stretch of a picture's bytes, and whether it draws something. */
export type Part = readonly [start: number, end: number, draws: boolean];

/** The picture ends before it should, or its structure is no picture's. */
export class BrokenPicture extends Error {}

/** @throws BrokenPicture when the bytes end before `end` */
export function within(bytes: Buffer, end: number): number {
  if (!(end <= bytes.length)) throw new BrokenPicture();
  return end;
}
