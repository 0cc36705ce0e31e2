import sharp from 'sharp';
import { mp4, zip } from '../../support/media-samples';
import { moving, plain, quarters, redAndBlue, tinyPng } from '../../support/pictures';
import { inspect } from './inspecting';

const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;
type Format = (typeof FORMATS)[number];

/** A picture that tells who made it and where. */
async function photo(format: Format, orientation: number): Promise<Buffer> {
  return (await redAndBlue())
    .toFormat(format)
    .withMetadata({ orientation })
    .withExifMerge({
      IFD0: { Copyright: 'somebody' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">somebody</x:xmpmeta>')
    .toBuffer();
}

async function metadataIn(picture: Buffer): Promise<string[]> {
  const { exif, xmp, iptc, orientation, comments } = await sharp(picture).metadata();
  const found = Object.entries({ exif, xmp, iptc, orientation, comments });
  return found.flatMap(([name, value]) => (value === undefined ? [] : name));
}

const pixels = (picture: Buffer): Promise<Buffer> => sharp(picture, { animated: true }).raw().toBuffer();

test.each([...FORMATS, 'gif'] as const)('%s without anything to hide stays as it is', async (format) => {
  const bytes = await (await redAndBlue()).toFormat(format).toBuffer();
  const seen = await inspect(bytes, 'a.exe.png');
  expect(seen).toEqual({
    kind: 'image',
    mimeType: `image/${format}`,
    width: 400,
    height: 200,
    blur: expect.any(String),
    thumbnail: expect.any(Buffer),
  });
  const small = await sharp(seen.thumbnail).metadata();
  expect([small.format, small.width, small.height]).toEqual(['webp', 320, 160]);
  const blurred = Buffer.from(seen.blur ?? '', 'base64');
  expect(await sharp(blurred).metadata()).toMatchObject({ format: 'webp', width: 16, height: 8 });
  expect(seen.blur?.length).toBeLessThan(400);
  expect((await quarters(blurred)).slice(0, 2)).toEqual(['red', 'blue']);
});

test.each(FORMATS)('%s with metadata keeps its pixels and loses the rest', async (format) => {
  const bytes = await photo(format, 1);
  expect(await metadataIn(bytes)).toEqual(expect.arrayContaining(['exif', 'xmp']));
  const { cleaned = Buffer.alloc(0), width, height } = await inspect(bytes);
  expect([width, height]).toEqual([400, 200]);
  expect(await metadataIn(cleaned)).toEqual([]);
  expect(cleaned.includes('somebody')).toBe(false);
  if (format !== 'avif') expect((await pixels(cleaned)).equals(await pixels(bytes))).toBe(true);
});

test.each(['jpeg', 'png', 'webp'] as const)('%s that lies on its side is put upright', async (format) => {
  const {
    cleaned = Buffer.alloc(0),
    thumbnail = cleaned,
    width,
    height,
  } = await inspect(await photo(format, 6));
  expect([width, height]).toEqual([200, 400]);
  for (const picture of [cleaned, thumbnail])
    expect(await quarters(picture)).toEqual(['red', 'red', 'blue', 'blue']);
  expect(await metadataIn(cleaned)).toEqual([]);
  expect(cleaned.includes('somebody')).toBe(false);
});

test('a PNG that is put upright keeps every pixel', async () => {
  const colours = await sharp({
    create: {
      width: 300,
      height: 200,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
      background: 'red',
    },
  })
    .png()
    .toBuffer();
  const bytes = await sharp(colours).withMetadata({ orientation: 3 }).png().toBuffer();
  const { cleaned } = await inspect(bytes);
  expect((await pixels(cleaned ?? bytes)).equals(await sharp(colours).rotate(180).raw().toBuffer())).toBe(
    true,
  );
});

test.each(['gif', 'webp'] as const)('a moving %s still moves', async (kind) => {
  const bytes = await moving(kind);
  expect((await inspect(bytes)).cleaned).toBeUndefined();
  const { cleaned } = await inspect(Buffer.concat([bytes, Buffer.from('behind it')]));
  expect(cleaned?.equals(bytes)).toBe(true);
});

test('a comment in a GIF, and a small picture within a JPEG, are taken out', async () => {
  const gif = await moving('gif');
  const comment = Buffer.from('!\xfe\x08somebody\0', 'latin1');
  const { cleaned: still } = await inspect(Buffer.concat([gif.subarray(0, -1), comment, gif.subarray(-1)]));
  expect(still?.equals(gif)).toBe(true);
  const jpeg = await plain(40, 40).jpeg().toBuffer();
  const inner = Buffer.concat([
    Buffer.from('\xff\xe0\0\x13JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01abc', 'latin1'),
  ]);
  const { cleaned } = await inspect(Buffer.concat([jpeg.subarray(0, 2), inner, jpeg.subarray(2)]));
  expect(cleaned?.equals(jpeg)).toBe(true);
});

test('colours of a wide gamut stay wide', async () => {
  const bytes = await (await redAndBlue()).withIccProfile('p3').jpeg().toBuffer();
  const { cleaned } = await inspect(Buffer.concat([bytes, Buffer.from('x')]));
  expect(cleaned?.equals(bytes)).toBe(true);
});

test.each([
  ['GIF and HTML', () => moving('gif'), Buffer.from('<script>alert(1)</script>')],
  ['JPEG and ZIP', () => plain(20, 20).jpeg().toBuffer(), zip({ 'evil.exe': 'x' })],
  ['JPEG and the film of a moving photo', () => plain(20, 20).jpeg().toBuffer(), mp4()],
  ['PNG and ZIP', () => plain(20, 20).png().toBuffer(), zip({ a: 'b' })],
  ['WebP and HTML', () => plain(20, 20).webp().toBuffer(), Buffer.from('<html>')],
])('of %s in one only the picture is left', async (_, picture, tail) => {
  const bytes = await picture();
  const { kind, cleaned } = await inspect(Buffer.concat([bytes, tail]), 'a.html', 'text/html');
  expect(kind).toBe('image');
  expect(cleaned?.equals(bytes)).toBe(true);
});

test.each([...FORMATS, 'gif'] as const)(
  '%s without its end is refused, wherever it was cut',
  async (format) => {
    const bytes = await (await redAndBlue()).toFormat(format).toBuffer();
    for (const part of [0.3, 0.5, 0.9, 0.99])
      await expect(inspect(bytes.subarray(0, Math.floor(bytes.length * part)))).rejects.toMatchObject({
        code: 'unsupported_media_type',
      });
  },
);

test.each([
  ['100,000 pixels wide', tinyPng(100_000, 1)],
  ['225 million pixels in 30 kB', tinyPng(15_000, 15_000)],
  ['a size beyond all formats', tinyPng(2_000_000_000, 2_000_000_000, 1)],
])('a picture of %s is refused before it is read', async (_, bytes) => {
  await expect(inspect(bytes)).rejects.toMatchObject({
    code: expect.stringMatching(/^(validation_failed|unsupported_media_type)$/),
  });
});

test('one that has fewer rows than it says is refused', async () => {
  await expect(inspect(tinyPng(500, 500, 10))).rejects.toMatchObject({ code: 'unsupported_media_type' });
});

test.each([
  ['jpeg', 2, 'ff01'],
  ['jpeg', 2, 'fffe0002'],
  ['gif', 13, '21fe00'],
  ['png', 33, '000000004944415435af061e'],
] as const)('a %s with a hundred thousand pieces that draw nothing is refused', async (format, at, piece) => {
  const bytes = await (await redAndBlue()).toFormat(format).toBuffer();
  const tableBytes = format === 'gif' ? 3 * 2 ** (((bytes[10] ?? 0) & 7) + 1) : 0;
  const pieces = Buffer.from(piece.repeat(100_000), 'hex');
  const start = at + tableBytes;
  const stuffed = Buffer.concat([bytes.subarray(0, start), pieces, bytes.subarray(start)]);
  await expect(inspect(stuffed)).rejects.toMatchObject({ code: 'unsupported_media_type' });
});

test('one of more than 25 MiB is too large', async () => {
  const bytes = Buffer.concat([await plain(9, 9).png().toBuffer(), Buffer.alloc(25 * 1024 * 1024)]);
  await expect(inspect(bytes)).rejects.toMatchObject({ code: 'payload_too_large' });
});

test('of too many at a time the last ones are asked to come back, and the others are done', async () => {
  const bytes = tinyPng(3000, 3000);
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => inspect(bytes)));
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as unknown) : [],
  );
  expect(refused).toEqual(
    Array(28).fill(expect.objectContaining({ code: 'unavailable', retryAfterSeconds: 1 })),
  );
});
