import sharp, { type Metadata } from 'sharp';
import { errors } from '../../helpers/errors';
import { Pool } from '../../helpers/pool';

/** One side; what WebP can have (RFC 9649: 14 bits). */
const MAX_SIDE = 16_384;
/** Measured: reading takes up to 5 bytes a pixel, AVIF 18; so 250 and 290 MB, which a file of a kilobyte can ask for. */
const MAX_PIXELS = 50_000_000;
const MAX_PIXELS_OF_AVIF = 16_000_000;
const MAX_SECONDS = 15;
/** As sharp calls them; `heif` is AVIF, others of its family cannot be read. */
const FORMATS: readonly string[] = ['jpeg', 'png', 'webp', 'gif', 'heif'];

// Pictures are read once, and nothing but these readers ever sees what strangers send: no SVG, no PDF, no TIFF.
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((kind) => `VipsForeignLoad${kind}Buffer`),
});

/** sharp works on libuv's four threads, as bcrypt and the file system do: half of them stay free. */
export const picturePool = new Pool({ atATime: 2, waiting: 30 });

export const unreadablePicture = () =>
  errors.unsupportedMediaType('The file is not a picture that can be read: JPEG, PNG, WebP, GIF or AVIF');

/**
 * What a picture says of itself, read before a pixel of it is.
 * @throws unsupported_media_type, validation_failed for too many pixels
 */
export async function checkedMetadata(bytes: Buffer): Promise<Metadata> {
  // No bytes at all are refused by sharp before it promises anything.
  if (bytes.length === 0) throw unreadablePicture();
  const metadata = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw unreadablePicture();
    });
  const { format, width, height } = metadata;
  if (!FORMATS.includes(format)) throw unreadablePicture();
  const maxPixels = format === 'heif' ? MAX_PIXELS_OF_AVIF : MAX_PIXELS;
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > maxPixels) {
    const message = `must have at most ${maxPixels / 1e6} million pixels and ${MAX_SIDE} on a side`;
    throw errors.validationFailed([{ path: 'body.file', message }]);
  }
  return metadata;
}

/** The first frame of a picture that was checked; what is broken in it fails. */
export function firstFrame(bytes: Buffer, { autoOrient }: { autoOrient: boolean }): sharp.Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1, autoOrient }).timeout({
    seconds: MAX_SECONDS,
  });
}
