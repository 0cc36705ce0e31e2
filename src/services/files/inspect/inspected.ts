import { errors } from '../../../helpers/errors';
import type { Blank } from './blank';

/** What a client says of a file. */
export interface Claimed {
  readonly name: string;
  readonly mimeType: string | undefined;
}

/** What the bytes of a file say. */
export interface Inspected {
  readonly kind: 'image' | 'video' | 'audio' | 'file';
  readonly mimeType: string;
  /** upright */
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  /** a WebP of at most 16 pixels a side, base64 */
  readonly blur?: string;
  /** a WebP of at most 320 pixels a side */
  readonly thumbnail?: Buffer;
  /** replaces the bytes: the picture without what it tells of its maker, and upright */
  readonly cleaned?: Buffer;
  /** instead: what is overwritten where it stands, of what is too large to be held in memory */
  readonly blanks?: readonly Blank[];
}

/** Nobody knows what is in it, and no browser shows it. */
export const OPAQUE: Inspected = { kind: 'file', mimeType: 'application/octet-stream' };

export const damaged = (what: string) =>
  errors.unsupportedMediaType(`The file is damaged or incomplete: it is no ${what} that can be read`);
