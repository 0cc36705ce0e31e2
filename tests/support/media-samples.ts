import { crc32 } from 'node:zlib';

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u32le = (value: number): Buffer => u32(value).reverse();
const zeros = (count: number): Buffer => Buffer.alloc(count);

/** PCM, mono, 8,000 samples of a byte a second. */
export function wav(seconds: number): Buffer {
  const samples = Buffer.alloc(8000 * seconds, 128);
  const format = Buffer.concat([
    Buffer.from([1, 0, 1, 0]),
    u32le(8000),
    u32le(8000),
    Buffer.from([1, 0, 8, 0]),
  ]);
  return Buffer.concat([
    text('RIFF'),
    u32le(36 + samples.length),
    text('WAVEfmt '),
    u32le(16),
    format,
    text('data'),
    u32le(samples.length),
    samples,
  ]);
}

/** MPEG-1 layer III, 128 kbit/s at 44.1 kHz: silent frames of 26 ms. */
export function mp3(frames: number): Buffer {
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0xc4]), zeros(413)]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** A name and a picture before the sound, as players write them. */
export function id3(picture: Buffer): Buffer {
  const frame = (id: string, body: Buffer) => Buffer.concat([text(id), u32(body.length), zeros(2), body]);
  const body = Buffer.concat([
    frame('TIT2', text('\0Secret song')),
    frame('APIC', Buffer.concat([text('\0image/png\0\x03\0'), picture])),
  ]);
  const size = Buffer.from([21, 14, 7, 0].map((bits) => (body.length >> bits) & 0x7f));
  return Buffer.concat([text('ID3\x03\0\0'), size, body]);
}

/** CRC-32 as Ogg has it: not reflected, polynomial 0x04c11db7. */
function oggCrc(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

function oggPage(sequence: number, flags: number, granule: number, packet: Buffer): Buffer {
  const lacing = [...Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
  const page = Buffer.concat([
    text('OggS\0'),
    Buffer.from([flags]),
    u32le(granule),
    zeros(4),
    u32le(77),
    u32le(sequence),
    zeros(4),
    Buffer.from([lacing.length, ...lacing]),
    packet,
  ]);
  page.writeUInt32LE(oggCrc(page), 22);
  return page;
}

/** Opus in Ogg; 48,000 samples a second. */
export function opus(seconds: number): Buffer {
  const head = Buffer.concat([text('OpusHead\x01\x01'), zeros(2), u32le(48_000), zeros(3)]);
  const tags = Buffer.concat([text('OpusTags'), u32le(4), text('test'), u32le(0)]);
  return Buffer.concat([
    oggPage(0, 2, 0, head),
    oggPage(1, 0, 0, tags),
    oggPage(2, 4, 48_000 * seconds, Buffer.alloc(200, 0xf8)),
  ]);
}

/** A FLAC that says how long it is. */
export function flac(seconds: number): Buffer {
  const info = zeros(34);
  info.writeUInt16BE(4096, 0);
  info.writeUInt16BE(4096, 2);
  // 20 bits rate, 3 bits channels - 1, 5 bits depth - 1, 36 bits samples
  info.writeUInt32BE(((44_100 << 12) | (15 << 4)) >>> 0, 10);
  info.writeUInt32BE(44_100 * seconds, 14);
  return Buffer.concat([
    text('fLaC'),
    Buffer.from([0x80, 0, 0, 34]),
    info,
    Buffer.from([0xff, 0xf8]),
    zeros(200),
  ]);
}

/** A box as MP4 and QuickTime are made of them. */
export const box = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
};

const UPRIGHT = [1, 0, 0, 0, 1, 0, 0, 0, 16384].map((value, index) =>
  u32(value * (index === 8 ? 65536 : 65536)),
);
const QUARTER_TURN = [0, 1, 0, -1, 0, 0, 0, 0, 16384].map((value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value === 16384 ? 0x40000000 : value * 65536);
  return bytes;
});

function track(handler: string, seconds: number, width: number, height: number, turned: boolean): Buffer {
  const matrix = turned ? QUARTER_TURN : UPRIGHT.slice(0, 8).concat(u32(0x40000000));
  const header = [zeros(4), zeros(8), u32(1), zeros(4), u32(seconds * 1000), zeros(16), ...matrix];
  const media = [
    box('mdhd', zeros(12), u32(1000), u32(seconds * 1000), zeros(4)),
    box('hdlr', zeros(8), text(handler), zeros(13)),
  ];
  return box('trak', box('tkhd', ...header, u16(width), u16(0), u16(height), u16(0)), box('mdia', ...media));
}

interface Film {
  readonly brand?: string;
  readonly seconds?: number;
  readonly turned?: boolean;
  readonly tracks?: readonly ('vide' | 'soun')[];
  readonly bytes?: number;
  /** more boxes in the movie's */
  readonly more?: readonly Buffer[];
}

/** 640 × 360; the movie box is behind the media, as cameras write it. */
export function mp4({
  brand = 'isom',
  seconds = 7,
  turned = false,
  tracks = ['vide', 'soun'],
  bytes = 1000,
  more = [],
}: Film = {}): Buffer {
  const movie = box('mvhd', zeros(12), u32(1000), u32(seconds * 1000), zeros(80));
  const parts = tracks.map((handler) =>
    handler === 'vide' ? track('vide', seconds, 640, 360, turned) : track('soun', seconds, 0, 0, false),
  );
  return Buffer.concat([
    box('ftyp', text(brand), u32(512), text(brand)),
    box('free'),
    box('mdat', zeros(bytes)),
    box('moov', movie, ...parts, ...more),
  ]);
}

/** An EBML element; sizes of eight bytes, as recorders write them. */
const element = (id: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([1, 0, 0, 0]), u32(body.length), body]);
};

function ebml(docType: string, seconds: number, entries: Buffer[]): Buffer {
  const duration = Buffer.alloc(8);
  duration.writeDoubleBE(seconds * 1000);
  const info = element(
    '1549a966',
    element('2ad7b1', Buffer.from([0x0f, 0x42, 0x40])),
    element('4489', duration),
  );
  const cluster = element(
    '1f43b675',
    element('e7', Buffer.from([0])),
    element('a3', Buffer.from([0x81, 0, 0, 0x80, 0])),
  );
  return Buffer.concat([
    element('1a45dfa3', element('4282', text(docType)), element('4287', Buffer.from([4]))),
    element('18538067', info, element('1654ae6b', ...entries), cluster),
  ]);
}

const FILM = element(
  'ae',
  element('d7', Buffer.from([1])),
  element('83', Buffer.from([1])),
  element('86', text('V_VP8')),
  element('e0', element('b0', u16(320)), element('ba', u16(240))),
);
const rate = Buffer.alloc(8);
rate.writeDoubleBE(48_000);
const SOUND = element(
  'ae',
  element('d7', Buffer.from([2])),
  element('83', Buffer.from([2])),
  element('86', text('A_OPUS')),
  element('e1', element('b5', rate), element('9f', Buffer.from([1]))),
);

/** 320 × 240, with sound. */
export const webm = (seconds: number): Buffer => ebml('webm', seconds, [FILM, SOUND]);
/** A voice message. */
export const webmSound = (seconds: number): Buffer => ebml('webm', seconds, [SOUND]);
export const mkv = (seconds: number): Buffer => ebml('matroska', seconds, [FILM]);

/** Files of a ZIP, stored as they are. */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const common = Buffer.concat([
      Buffer.from([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      u32le(crc32(bytes)),
      u32le(bytes.length),
      u32le(bytes.length),
      Buffer.from([name.length, 0, 0, 0]),
    ]);
    const local = Buffer.concat([text('PK\x03\x04'), common, text(name), bytes]);
    directory.push(Buffer.concat([text('PK\x01\x02\x14\0'), common, zeros(10), u32le(offset), text(name)]));
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const count = Buffer.from([locals.length, 0]);
  const end = [text('PK\x05\x06'), zeros(4), count, count, u32le(entries.length), u32le(offset), zeros(2)];
  return Buffer.concat([...locals, entries, ...end]);
}

export const docx = (): Buffer =>
  zip({
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    'word/document.xml': '<w:document/>',
  });

export const pdf = (): Buffer =>
  text('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
