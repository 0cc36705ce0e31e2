import type { Readable } from 'node:stream';

/** The first and the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
}

/** There is nothing under this key. */
export class MissingObject extends Error {
  constructor(key: string) {
    super(`the storage has no object ${key}`);
  }
}

/** Where the bytes are. Keys are 128 random bits in hex; what is under a key never changes. */
export interface ObjectStorage {
  /**
   * Whole and lasting when it resolves; until then there is nothing under the key.
   * @param source bytes, or the path of a file, which stays
   * @throws unavailable when there is no room, or the storage does not answer
   */
  put(key: string, source: Buffer | string): Promise<void>;
  /** @throws MissingObject, unavailable */
  open(key: string, range?: ByteRange): Promise<Readable>;
  /** Nothing is under the key any more, nor a part of something; also when nothing was. @throws unavailable */
  remove(key: string): Promise<void>;
  /** How many bytes are under the key; `undefined` when there is nothing. @throws unavailable */
  sizeOf(key: string): Promise<number | undefined>;
  /** Objects by key, behind `after`, at most `limit`; none are left when there are none. @throws unavailable */
  list(after: string, limit: number): Promise<StoredObject[]>;
  close(): void;
}

const KEY = /^[0-9a-f]{32}$/;

export const isKey = (name: string): boolean => KEY.test(name);

/** Nothing else becomes a path. */
export function mustBeKey(key: string): void {
  if (!isKey(key)) throw new Error('not a key of the storage');
}
