import { parseFromTokenizer } from 'music-metadata';
import { AppError } from '../../../helpers/errors';
import { Pool } from '../../../helpers/pool';
import { BoundedFile } from './bounded-file';
import { filmBaggage } from './film-baggage';
import { damaged, OPAQUE, type Inspected } from './inspected';
import { readIsoMedia, type Media } from './iso-media';
import type { PosterMaker } from './poster';
import { previewOfFrame } from './picture';

type Types = readonly [film: string | undefined, sound: string];

/** What players play, by what the bytes say: how it is called with pictures in it, and without. */
const TYPES: Readonly<Record<string, Types>> = {
  'video/mp4': ['video/mp4', 'audio/mp4'],
  'video/x-m4v': ['video/mp4', 'audio/mp4'],
  'audio/x-m4a': ['video/mp4', 'audio/mp4'],
  'audio/mp4': ['video/mp4', 'audio/mp4'],
  'video/quicktime': ['video/quicktime', 'audio/mp4'],
  'video/3gpp': ['video/3gpp', 'audio/3gpp'],
  'video/3gpp2': ['video/3gpp2', 'audio/3gpp2'],
  'video/webm': ['video/webm', 'audio/webm'],
  'video/matroska': ['video/matroska', 'audio/matroska'],
  'video/ogg': ['video/ogg', 'audio/ogg'],
  'audio/ogg': ['video/ogg', 'audio/ogg'],
  'audio/mpeg': [undefined, 'audio/mpeg'],
  'audio/aac': [undefined, 'audio/aac'],
  'audio/wav': [undefined, 'audio/wav'],
  'audio/flac': [undefined, 'audio/flac'],
  'audio/aiff': [undefined, 'audio/aiff'],
};
const ISO_MEDIA = /mp4|x-m4|quicktime|3gpp/;

/** Their magic numbers are so short that other files have them too. */
const IS_WEAK = new Set(['audio/mpeg', 'audio/aac']);

/** Twice what the frames of 100 MB take. */
const MAX_READS_OF_FRAMES = 2_000_000;

/** Reading takes a little CPU for seconds at worst. */
const pool = new Pool({ atATime: 4, waiting: 100 });

export const isMedia = (type: string): boolean => type in TYPES;

const sane = (value: number | undefined, max: number): number | undefined =>
  value !== undefined && value > 0 && value <= max ? value : undefined;
/** More digits than that are not the same after every database's JSON. */
const inMilliseconds = (seconds: number): number => Math.max(1, Math.round(seconds * 1000)) / 1000;
const MAX_SIDE = 65_535;
/** A year. */
const MAX_DURATION_SECONDS = 366 * 86_400;

/** The other containers. Of sound with a weak number every frame is looked for, since only they prove it. */
async function readOther(file: BoundedFile): Promise<Media> {
  const isWeak = IS_WEAK.has(file.fileInfo.mimeType ?? '');
  if (isWeak) file.maxReads = MAX_READS_OF_FRAMES;
  const { format } = await parseFromTokenizer(file, {
    skipCovers: true,
    skipPostHeaders: true,
    duration: isWeak,
  });
  const film = format.trackInfo.find(({ video }) => video)?.video;
  return {
    hasPictures: film !== undefined || format.hasVideo === true,
    hasSound: format.hasAudio === true || format.codec !== undefined || format.duration !== undefined,
    width: film?.displayWidth ?? film?.pixelWidth,
    height: film?.displayHeight ?? film?.pixelHeight,
    durationSeconds: format.duration,
  };
}

async function read(path: string, type: string): Promise<Media | undefined> {
  if (ISO_MEDIA.test(type)) return BoundedFile.use(path, readIsoMedia);
  const media = await BoundedFile.use(path, readOther, type).catch(() => undefined);
  if (IS_WEAK.has(type)) return media?.durationSeconds === undefined ? undefined : media;
  if (!media?.hasPictures && !media?.hasSound) throw damaged('film');
  return media;
}

/**
 * Sound and film: how long, how large, and with ffmpeg at hand a frame to show.
 * What has neither sound nor pictures in it is an opaque file.
 * @throws unsupported_media_type for one that ends too early, unavailable
 */
export async function inspectMedia(path: string, type: string, posters: PosterMaker): Promise<Inspected> {
  const media = await pool
    .run(() => read(path, type))
    .catch((error: unknown) => {
      throw error instanceof AppError ? error : damaged('film');
    });
  const [film, sound] = TYPES[type] ?? [];
  const mimeType = media?.hasPictures ? film : media?.hasSound ? sound : undefined;
  if (!media || mimeType === undefined) return OPAQUE;
  const seconds = sane(media.durationSeconds, MAX_DURATION_SECONDS);
  const told = { mimeType, ...(seconds !== undefined && { durationSeconds: inMilliseconds(seconds) }) };
  if (!media.hasPictures) return { kind: 'audio', ...told };
  const [width, height] = [sane(media.width, MAX_SIDE), sane(media.height, MAX_SIDE)];
  const frame = await posters.frameOf(path, type);
  const preview = frame && (await previewOfFrame(frame).catch(() => undefined));
  const blanks = ISO_MEDIA.test(type) ? await BoundedFile.use(path, filmBaggage) : [];
  return {
    kind: 'video',
    ...told,
    ...(width && height && { width, height }),
    ...preview,
    ...(blanks.length > 0 && { blanks }),
  };
}
