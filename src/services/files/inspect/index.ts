import path from 'node:path';
import { fileTypeFromTokenizer } from 'file-type';
import { errors } from '../../../helpers/errors';
import { BoundedFile } from './bounded-file';
import { documentOf } from './documents';
import { refuseExecutables } from './executables';
import { heicBaggage } from './heic-baggage';
import type { Claimed, Inspected } from './inspected';
import { inspectMedia, isMedia } from './media';
import { inspectPicture } from './picture';
import { PosterMaker } from './poster';

export type { Blank } from './blank';
export type { Claimed, Inspected } from './inspected';

const HEAD_BYTES = 64 * 1024;
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/gif', 'image/avif']);
const HEIC = /^image\/hei[cf]/;
const posters = new PosterMaker();

/** A text in UTF-16 begins like a sound that nobody makes: MPEG layer I. */
const isMarkedText = ([first, second]: Buffer): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

/** What the magic numbers say, without parameters; nothing for what has none. */
async function typeOf(file: BoundedFile): Promise<string | undefined> {
  // Whatever a detector stumbles over, it did not detect it.
  const found = await fileTypeFromTokenizer(file).catch(() => undefined);
  return found?.mime.split(';')[0];
}

/**
 * Judges a file by its bytes: what it is, how large and how long, a small picture of it, and for pictures what is kept.
 * What it is called and said to be only refines what the bytes allow.
 * @param file its path
 * @throws validation_failed for an empty one or too many pixels, unsupported_media_type for programs, scripts and what is
 * broken, payload_too_large for a picture of more than 25 MiB, unavailable
 */
export async function inspectFile(file: string, claimed: Claimed): Promise<Inspected> {
  const { size, head, type } = await BoundedFile.use(path.resolve(file), async (opened) => ({
    size: opened.fileInfo.size,
    head: await opened.bytes(0, HEAD_BYTES),
    type: isMarkedText(await opened.bytes(0, 2)) ? undefined : await typeOf(opened),
  }));
  if (size === 0) throw errors.validationFailed([{ path: 'body.file', message: 'must not be empty' }]);
  refuseExecutables(head, claimed.name, type);
  if (type !== undefined && PICTURES.has(type)) return inspectPicture(path.resolve(file), size);
  if (type !== undefined && isMedia(type)) return inspectMedia(path.resolve(file), type, posters);
  const document = documentOf(head, type, claimed.name);
  const blanks = type !== undefined && HEIC.test(type) ? await heicBaggage(path.resolve(file)) : [];
  return blanks.length > 0 ? { ...document, blanks } : document;
}
