import { checkedMetadata, firstFrame, picturePool, unreadablePicture } from '../pictures/picture-reader';

const SIDE = 256;

async function draw(bytes: Buffer): Promise<Buffer> {
  await checkedMetadata(bytes);
  return firstFrame(bytes, { autoOrient: true })
    .resize(SIDE, SIDE, { fit: 'cover' })
    .webp({ quality: 82 })
    .toBuffer()
    .catch(() => {
      throw unreadablePicture();
    });
}

/**
 * The avatar of a picture somebody sent: upright, 256 × 256, WebP in sRGB, without metadata, the first frame of a moving one.
 * @throws unsupported_media_type for what is no picture or a broken one, validation_failed for too many pixels, unavailable
 */
export function avatarOf(bytes: Buffer): Promise<Buffer> {
  return picturePool.run(() => draw(bytes));
}
