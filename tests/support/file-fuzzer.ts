import { writeFile } from 'node:fs/promises';
import { inspectFile } from '../../src/services/files/inspect';
import { AppError } from '../../src/helpers/errors';
import { box, docx, flac, id3, mkv, mp3, mp4, opus, pdf, wav, webm, zip } from './media-samples';
import { heic, moving, redAndBlue } from './pictures';

/** Whole numbers below `below`, the same for the same seed. Source: mulberry32 */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof randomFrom>;

/** Lengths and counts that parsers trip over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const MUTATIONS: readonly ((bytes: Buffer, random: Random, other: Buffer) => Buffer)[] = [
  (bytes, random) => {
    for (let count = 1 + random(8); count > 0; count -= 1) bytes[random(bytes.length)] = random(256);
    return bytes;
  },
  (bytes, random) => {
    // Headers are in front: that is where it hurts.
    const at = random(Math.min(bytes.length, 200));
    const value = EDGES[random(EDGES.length)] ?? 0;
    if (at + 4 > bytes.length) return bytes;
    if (random(2)) bytes.writeUInt32BE(value, at);
    else bytes.writeUInt32LE(value, at);
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, 1 + random(bytes.length)),
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(64))]);
  },
  (bytes, random) => {
    const [at, length] = [random(bytes.length), 1 + random(256)];
    return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  },
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]),
  (bytes, _random, other) => Buffer.concat([bytes, other]),
];

/** A file of every kind that is looked into, with all that may hang on it. */
export async function originals(): Promise<Buffer[]> {
  const photo = (await redAndBlue())
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Copyright: 'somebody' } });
  const still = (['jpeg', 'png', 'webp', 'avif'] as const).flatMap((format) => [
    photo.clone().toFormat(format).toBuffer(),
    photo.clone().keepIccProfile().toFormat(format).toBuffer(),
  ]);
  const pictures = await Promise.all([...still, heic(photo), moving('gif'), moving('webp')]);
  const media = [
    wav(1),
    mp3(40),
    opus(2),
    flac(2),
    mp4(),
    mp4({ brand: 'qt  ', more: [box('udta')] }),
    webm(3),
    mkv(3),
  ];
  return [
    ...pictures,
    ...media,
    Buffer.concat([id3(Buffer.alloc(500)), mp3(40)]),
    docx(),
    zip({ a: 'b' }),
    pdf(),
  ];
}

/** One to three mutations of one of the originals. */
export function mutated(files: readonly Buffer[], random: Random): Buffer {
  const pick = (): Buffer => files[random(files.length)] ?? Buffer.alloc(1);
  let bytes = Buffer.from(pick());
  for (let count = 1 + random(3); count > 0 && bytes.length > 0; count -= 1)
    bytes = Buffer.from(MUTATIONS[random(MUTATIONS.length)]?.(bytes, random, pick()) ?? bytes);
  return bytes;
}

export type Outcome = 'accepted' | 'refused';

/**
 * Has a file inspected.
 * @throws what it must never throw: anything but a refusal that clients can act on
 */
export async function outcomeOf(path: string, bytes: Buffer): Promise<Outcome> {
  await writeFile(path, bytes);
  try {
    await inspectFile(path, { name: 'mutated', mimeType: undefined });
    return 'accepted';
  } catch (error) {
    if (error instanceof AppError && (error.status < 500 || error.code === 'unavailable')) return 'refused';
    throw error;
  }
}

/** Inspects many mutated files, each from a seed of its own, so that one alone can be had again. */
export async function fuzzFiles(path: string, seed: number, count: number): Promise<Record<Outcome, number>> {
  const files = await originals();
  const outcomes = { accepted: 0, refused: 0 };
  for (let index = 0; index < count; index += 1) {
    const bytes = mutated(files, randomFrom(seed + index));
    const outcome = await outcomeOf(path, bytes).catch((error: unknown) => {
      throw new Error(`the file of seed ${seed + index} (${path})`, { cause: error });
    });
    outcomes[outcome] += 1;
  }
  return outcomes;
}
