import type { BoundedFile } from './bounded-file';
import { damaged } from './inspected';
import { boxes, type Box } from './iso-boxes';

const UNKNOWN_DURATION = [0xffff_ffff, Number(0xffff_ffff_ffff_ffffn)];

/** What a film or a sound says of itself. */
export interface Media {
  readonly hasPictures: boolean;
  readonly hasSound: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
}

/** A box's first bytes; what lacks is zero. */
async function head(file: BoundedFile, { start, end }: Box): Promise<Buffer> {
  const bytes = Buffer.alloc(128);
  (await file.bytes(start, Math.min(end - start, bytes.length))).copy(bytes);
  return bytes;
}

/** Of a movie or media header. */
function durationIn(header: Buffer): number | undefined {
  const isLong = header[0] === 1;
  const scale = header.readUInt32BE(isLong ? 20 : 12);
  const duration = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return scale === 0 || duration === 0 || UNKNOWN_DURATION.includes(duration) ? undefined : duration / scale;
}

/** Of a track header: 16.16 numbers behind a matrix that may turn the picture by a quarter. */
function sizeIn(header: Buffer): { width: number; height: number } {
  const matrix = header[0] === 1 ? 52 : 40;
  const isQuarterTurn = header.readInt32BE(matrix) === 0 && header.readInt32BE(matrix + 4) !== 0;
  const [width, height] = [header.readUInt16BE(matrix + 36), header.readUInt16BE(matrix + 40)];
  return isQuarterTurn ? { width: height, height: width } : { width, height };
}

interface Track {
  handler: string;
  width: number;
  height: number;
  durationSeconds: number | undefined;
}

async function readTrack(file: BoundedFile, trak: Box): Promise<Track> {
  const track: Track = { handler: '', width: 0, height: 0, durationSeconds: undefined };
  for await (const box of boxes(file, trak.start, trak.end)) {
    if (box.type === 'tkhd') Object.assign(track, sizeIn(await head(file, box)));
    if (box.type !== 'mdia') continue;
    for await (const inner of boxes(file, box.start, box.end)) {
      if (inner.type === 'hdlr') track.handler = (await head(file, inner)).toString('latin1', 8, 12);
      if (inner.type === 'mdhd') track.durationSeconds = durationIn(await head(file, inner));
    }
  }
  return track;
}

/**
 * MP4, QuickTime, 3GPP: by their movie box alone, wherever it is. Source: ISO/IEC 14496-12, 8.2 to 8.4
 * @throws unsupported_media_type for one that ends too early or has no movie box
 */
export async function readIsoMedia(file: BoundedFile): Promise<Media> {
  const tracks: Track[] = [];
  let duration: number | undefined;
  let isWhole = false;
  for await (const box of boxes(file, 0, file.fileInfo.size)) {
    if (box.type !== 'moov' || isWhole) continue;
    isWhole = true;
    let scale = 0;
    for await (const inner of boxes(file, box.start, box.end)) {
      if (inner.type === 'trak') tracks.push(await readTrack(file, inner));
      if (inner.type === 'mvhd') {
        const header = await head(file, inner);
        scale = header.readUInt32BE(header[0] === 1 ? 20 : 12);
        duration = durationIn(header);
      }
      if (inner.type === 'mvex' && duration === undefined)
        duration = await fragmentsDuration(file, inner, scale);
    }
  }
  if (!isWhole) throw damaged('film');
  const film = tracks.find(({ handler, width, height }) => handler === 'vide' && width > 0 && height > 0);
  const longest = Math.max(0, ...tracks.map(({ durationSeconds = 0 }) => durationSeconds));
  const durationSeconds = duration ?? (longest > 0 ? longest : undefined);
  return {
    hasPictures: film !== undefined,
    hasSound: tracks.some(({ handler }) => handler === 'soun'),
    ...(film && { width: film.width, height: film.height }),
    ...(durationSeconds !== undefined && { durationSeconds }),
  };
}

/** What a recording in fragments promises, if it does. */
async function fragmentsDuration(file: BoundedFile, mvex: Box, scale: number): Promise<number | undefined> {
  for await (const box of boxes(file, mvex.start, mvex.end)) {
    if (box.type !== 'mehd' || scale === 0) continue;
    const header = await head(file, box);
    const duration = header[0] === 1 ? Number(header.readBigUInt64BE(4)) : header.readUInt32BE(4);
    if (duration > 0) return duration / scale;
  }
  return undefined;
}
