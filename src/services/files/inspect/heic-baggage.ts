import type { Blank } from './blank';
import { BoundedFile } from './bounded-file';
import { damaged } from './inspected';
import { boxes, type Box } from './iso-boxes';

/** Numbers one behind the other. */
class Cursor {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** @param size 0 (nothing there: 0), 1, 2, 4 or 8 bytes */
  number(size: number): number {
    const from = this.at;
    this.at += size;
    if (size === 8) return Number(this.bytes.readBigUInt64BE(from));
    return size === 0 ? 0 : this.bytes.readUIntBE(from, size);
  }

  text(length: number): string {
    const from = this.at;
    this.at += length;
    return this.bytes.toString('latin1', from, this.at);
  }
}

/** The ids of what is about the picture and not of it. Source: ISO/IEC 14496-12, 8.11.6 */
async function baggageIds(file: BoundedFile, iinf: Box): Promise<Set<number>> {
  const ids = new Set<number>();
  const version = (await file.bytes(iinf.start, 1)).readUInt8(0);
  for await (const infe of boxes(file, iinf.start + (version === 0 ? 6 : 8), iinf.end)) {
    const entry = new Cursor(await file.bytes(infe.start, Math.min(infe.end - infe.start, 64)));
    const entryVersion = entry.number(4) >>> 24;
    if (infe.type !== 'infe' || entryVersion < 2) continue;
    const id = entry.number(entryVersion === 2 ? 2 : 4);
    entry.number(2);
    if (['Exif', 'mime'].includes(entry.text(4))) ids.add(id);
  }
  return ids;
}

/** Where the bytes of those items are. Source: ISO/IEC 14496-12, 8.11.3 */
async function places(
  file: BoundedFile,
  iloc: Box,
  ids: ReadonlySet<number>,
  idatStart: number,
): Promise<Blank[]> {
  const list = new Cursor(await file.bytes(iloc.start, iloc.end - iloc.start));
  const version = list.number(4) >>> 24;
  const sizes = list.number(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version > 0 ? sizes & 15 : 0;
  const blanks: Blank[] = [];
  for (let left = list.number(version < 2 ? 2 : 4); left > 0; left -= 1) {
    const id = list.number(version < 2 ? 2 : 4);
    const isInside = version > 0 && (list.number(2) & 15) === 1;
    list.number(2);
    const base = list.number(baseSize) + (isInside ? idatStart : 0);
    for (let extents = list.number(2); extents > 0; extents -= 1) {
      list.number(indexSize);
      const at = base + list.number(offsetSize);
      const length = list.number(lengthSize);
      if (!ids.has(id)) continue;
      if (at + length > file.fileInfo.size) throw damaged('picture');
      blanks.push({ at, length: length || file.fileInfo.size - at });
    }
  }
  return blanks;
}

/**
 * What a HEIC or HEIF tells of the camera, the place and its maker: Exif and XMP. No other byte of it moves.
 * @throws unsupported_media_type when its list of contents cannot be read
 */
export async function heicBaggage(path: string): Promise<Blank[]> {
  try {
    return await BoundedFile.use(path, async (file) => {
      const blanks: Blank[] = [];
      for await (const meta of boxes(file, 0, file.fileInfo.size)) {
        if (meta.type !== 'meta') continue;
        const inside = new Map<string, Box>();
        for await (const box of boxes(file, meta.start + 4, meta.end)) inside.set(box.type, box);
        const [iinf, iloc] = [inside.get('iinf'), inside.get('iloc')];
        if (!iinf || !iloc) continue;
        const ids = await baggageIds(file, iinf);
        if (ids.size > 0) blanks.push(...(await places(file, iloc, ids, inside.get('idat')?.start ?? 0)));
      }
      // Extents that overlap would have the same bytes written again and again.
      const total = blanks.reduce((sum, { length }) => sum + length, 0);
      if (total > file.fileInfo.size) throw damaged('picture');
      return blanks;
    });
  } catch {
    throw damaged('picture');
  }
}
