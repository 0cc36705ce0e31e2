/** Bytes of a file that are overwritten where they stand, so that nothing else moves: with zeros, or with what is given. */
export interface Blank {
  readonly at: number;
  readonly length: number;
  readonly with?: Buffer;
}
