import { readFile } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { AppError, errors } from '../../../helpers/errors';
import { checkedMetadata, firstFrame, picturePool, unreadablePicture } from '../../pictures/picture-reader';
import { damaged, OPAQUE, type Inspected } from './inspected';
import { BrokenPicture } from './part';
import { withoutBaggage } from './picture-parts';

/** Read as a whole: two at a time. */
export const PICTURE_MAX_BYTES = 25 * 1024 * 1024;
const THUMBNAIL_SIDE = 320;
const BLUR_SIDE = 16;
const REDRAWN_QUALITY = 90;
/** What viewers decode frame by frame: 800 × 600 for two minutes and more. */
const MAX_FRAMES = 5_000;
const MAX_PIXELS_OF_ALL_FRAMES = 1_000_000_000;

const MIME_TYPES: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  heif: 'image/avif',
};

/** @throws validation_failed */
function checkFrames({ width, height, pages = 1 }: Metadata): void {
  if (pages <= MAX_FRAMES && width * height * pages <= MAX_PIXELS_OF_ALL_FRAMES) return;
  const message = `must have at most ${MAX_FRAMES} frames, and ${MAX_PIXELS_OF_ALL_FRAMES / 1e6} million pixels in all of them`;
  throw errors.validationFailed([{ path: 'body.file', message }]);
}

/** The picture as it is kept: upright, and nothing in it but the picture. */
async function cleanedOf(bytes: Buffer, metadata: Metadata): Promise<Buffer> {
  const { format, orientation = 1, pages = 1, chromaSubsampling, exif, xmp, iptc } = metadata;
  const clean = withoutBaggage(format, bytes);
  const isTurned = orientation > 1 && format !== 'heif' && pages === 1;
  if (isTurned) {
    const upright = firstFrame(bytes, { autoOrient: true });
    if (format === 'png') return upright.png().toBuffer();
    if (format === 'webp') return upright.webp({ quality: REDRAWN_QUALITY }).toBuffer();
    return upright.jpeg({ quality: REDRAWN_QUALITY, chromaSubsampling }).toBuffer();
  }
  if (format === 'heif' && (clean !== bytes || exif || xmp || iptc))
    return firstFrame(bytes, { autoOrient: false }).avif({ quality: 70, effort: 2 }).toBuffer();
  return clean;
}

async function draw(path: string): Promise<Inspected> {
  const bytes = await readFile(path);
  const metadata = await checkedMetadata(bytes);
  checkFrames(metadata);
  try {
    const stored = await cleanedOf(bytes, metadata);
    if (stored.length > PICTURE_MAX_BYTES) throw errors.payloadTooLarge();
    return {
      kind: 'image',
      mimeType: MIME_TYPES[metadata.format] ?? OPAQUE.mimeType,
      ...(await sizeOf(stored)),
      ...(await previewOf(stored)),
      ...(stored !== bytes && { cleaned: stored }),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw error instanceof BrokenPicture ? damaged('picture') : unreadablePicture();
  }
}

async function sizeOf(bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await checkedMetadata(bytes);
  return { width, height };
}

/** What is shown before the picture is: small, and so small that it fits into a message. */
async function previewOf(picture: Buffer): Promise<{ thumbnail: Buffer; blur: string }> {
  const thumbnail = await firstFrame(picture, { autoOrient: false })
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer();
  const blur = await sharp(thumbnail)
    .resize(BLUR_SIDE, BLUR_SIDE, { fit: 'inside' })
    .webp({ quality: 30, alphaQuality: 30 })
    .toBuffer();
  return { thumbnail, blur: blur.toString('base64') };
}

/**
 * @param size of the file, bytes
 * @throws unsupported_media_type for a broken one, validation_failed for too many pixels, payload_too_large, unavailable
 */
export async function inspectPicture(path: string, size: number): Promise<Inspected> {
  if (size > PICTURE_MAX_BYTES) throw errors.payloadTooLarge();
  return picturePool.run(() => draw(path));
}

/**
 * The preview of a film, of one of its frames as a picture.
 * @throws unsupported_media_type, validation_failed, unavailable
 */
export function previewOfFrame(frame: Buffer): Promise<Pick<Inspected, 'thumbnail' | 'blur'>> {
  return picturePool.run(async () => {
    await checkedMetadata(frame);
    return previewOf(frame);
  });
}
