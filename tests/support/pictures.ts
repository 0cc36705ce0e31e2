import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

type Colour = readonly [red: number, green: number, blue: number];
export const RED: Colour = [220, 20, 20];
export const BLUE: Colour = [20, 20, 220];

/** A picture of one colour. */
export function plain(width: number, height: number, [r, g, b]: Colour = RED): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}

/** 400 × 200, red on the left and blue on the right. */
export async function redAndBlue(): Promise<Sharp> {
  const right = await plain(200, 200, BLUE).png().toBuffer();
  return plain(400, 200).composite([{ input: right, left: 200, top: 0 }]);
}

/** HEIC and AVIF are one container: what one has in it the other has too. */
export function called(bytes: Buffer, brand: 'heic' | 'avif'): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(brand, 8, 'latin1');
  return copy;
}

/** As a phone takes it, but for the codec. */
export const heic = async (picture: Sharp): Promise<Buffer> =>
  called(await picture.clone().avif().toBuffer(), 'heic');

/** Red first, then blue. */
export async function moving(kind: 'gif' | 'webp'): Promise<Buffer> {
  const frames = await Promise.all([RED, BLUE].map((colour) => plain(60, 60, colour).png().toBuffer()));
  return sharp(frames, { join: { animated: true } })
    [kind]()
    .toBuffer();
}

/** The colour in the middle of each quarter: upper left, upper right, lower left, lower right. */
export async function quarters(picture: Buffer): Promise<string[]> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const nameAt = (x: number, y: number): string => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (green > 70) return 'other';
    return red > 170 && blue < 80 ? 'red' : blue > 170 && red < 80 ? 'blue' : 'other';
  };
  return [nameAt(0.25, 0.25), nameAt(0.75, 0.25), nameAt(0.25, 0.75), nameAt(0.75, 0.75)];
}

/** A black-and-white PNG of any size in a few bytes, with less rows than it claims if told so. */
export function tinyPng(width: number, height: number, rows = height): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const pixels = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * rows));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
