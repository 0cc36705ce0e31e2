import type { Request, Response } from 'express';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { contentDisposition } from '../helpers/file-names';
import type { ReadableFile } from '../services/files/files.service';
import type { ByteRange } from '../services/files/storage/storage';

/** What browsers show without running anything in it. All else is saved, wherever a link to it is followed. */
const SHOWN: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'audio/aac',
  'audio/flac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'video/mp4',
  'video/ogg',
  'video/quicktime',
  'video/webm',
]);

/** What browsers may take for a page or a program, however it is sent. */
const ACTIVE = /^(text\/(html|xml|javascript)|application\/(xhtml\+xml|xml|javascript)|image\/svg\+xml)\b/i;
const OPAQUE = 'application/octet-stream';

/** What is sent: the tag may be anything that never names other bytes. */
type Sent = Omit<ReadableFile, 'file' | 'open'> & { open(range?: ByteRange): Readable | Promise<Readable> };

interface Look {
  readonly mimeType: string;
  readonly name: string;
  /** to be saved even if it could be shown */
  readonly download: boolean;
}

/** From a byte on, perhaps up to another one, or so many at the end. Several ranges and other units may be ignored (RFC 9110, 14.2). */
const RANGE = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/i;

/** The whole when nobody asks for a part, or for one of what is not there any more; `null` for a part that there is not. RFC 9110, 13.1.5, 14.1.2. */
function rangeOf({ headers }: Request, size: number, etag: string): ByteRange | 'whole' | null {
  const ifRange = headers['if-range'];
  const [matches, first, last, suffix] = RANGE.exec(headers.range ?? '') ?? [];
  if (matches === undefined || (ifRange !== undefined && ifRange !== etag)) return 'whole';
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? null : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  if (last && Number(last) < start) return 'whole';
  return start < size ? { start, end } : null;
}

function setHeaders(response: Response, { sha256, keepSeconds }: Sent, look: Look): void {
  const mimeType = ACTIVE.test(look.mimeType) ? OPAQUE : look.mimeType;
  const how = SHOWN.has(mimeType) && !look.download ? 'inline' : 'attachment';
  response.set({
    'Accept-Ranges': 'bytes',
    'Cache-Control': keepSeconds > 0 ? `private, max-age=${keepSeconds}` : 'private, no-cache',
    'Content-Disposition': contentDisposition(how, look.name),
    // Whatever it is, it runs nothing and asks for nothing.
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Content-Type': mimeType,
    // Pages of other origins that have the address may show it.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ETag: `"${sha256}"`,
    'X-Content-Type-Options': 'nosniff',
  });
}

/** Answers with a file or a part of it: RFC 9110's conditional and range requests. The bytes never wait in memory for a slow reader. */
export async function sendFile(request: Request, response: Response, file: Sent, look: Look): Promise<void> {
  setHeaders(response, file, look);
  if (request.fresh) {
    response.removeHeader('Content-Type');
    return void response.status(304).end();
  }
  const { size } = file;
  const range = rangeOf(request, size, `"${file.sha256}"`);
  if (range === null) {
    response.removeHeader('Content-Type');
    return void response.status(416).set('Content-Range', `bytes */${size}`).end();
  }
  const part = range === 'whole' ? undefined : { start: range.start, end: range.end };
  const length = part ? part.end - part.start + 1 : size;
  if (part) response.status(206).set('Content-Range', `bytes ${part.start}-${part.end}/${size}`);
  response.set('Content-Length', String(length));
  if (request.method === 'HEAD') return void response.end();
  const bytes = await file.open(part);
  // A reader who goes away is no failure.
  await pipeline(bytes, response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
