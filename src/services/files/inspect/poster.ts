import { spawn } from 'node:child_process';
import { Pool } from '../../../helpers/pool';

const MAX_MS = 10_000;
/** A JPEG of 640 pixels a side is a tenth of it. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_PIXELS = 50_000_000;
const MAX_ALLOCATION_BYTES = 256 * 1024 * 1024;

/** ffmpeg's demuxers: it is told which one, and never guesses a playlist that names other files. */
const DEMUXERS: Readonly<Record<string, string>> = {
  'video/webm': 'matroska',
  'video/matroska': 'matroska',
  'video/ogg': 'ogg',
};

/** One frame, as JPEG on the standard output; nothing but the one file is read. */
function parameters(path: string, demuxer: string): string[] {
  const limits = ['-max_alloc', `${MAX_ALLOCATION_BYTES}`, '-threads', '1', '-max_pixels', `${MAX_PIXELS}`];
  const input = ['-protocol_whitelist', 'file', '-f', demuxer, '-i', `file:${path}`];
  const output = ['-an', '-sn', '-dn', '-frames:v', '1', '-vf', "scale='min(640,iw)':-2", '-threads', '1'];
  return ['-nostdin', '-hide_banner', '-loglevel', 'quiet', ...limits, ...input, ...output].concat([
    '-f',
    'image2pipe',
    '-c:v',
    'mjpeg',
    '-q:v',
    '3',
    'pipe:1',
  ]);
}

/** Makes pictures of films with the ffmpeg on PATH; where there is none, films have none. */
export class PosterMaker {
  /** A film without a picture is better than one that waits. */
  private readonly pool = new Pool({ atATime: 1, waiting: 8 });
  private isMissing = false;

  constructor(private readonly command = 'ffmpeg') {}

  /**
   * @param type of the film, as its bytes say
   * @returns a JPEG, or nothing when it cannot be had
   */
  async frameOf(path: string, type: string): Promise<Buffer | undefined> {
    if (this.isMissing) return undefined;
    return this.pool.run(() => this.run(parameters(path, DEMUXERS[type] ?? 'mov'))).catch(() => undefined);
  }

  private run(given: string[]): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const child = spawn(this.command, given, { stdio: ['ignore', 'pipe', 'ignore'], cwd: '/' });
      // First: without a free descriptor there is no output to listen to, and an error nobody hears ends the process.
      child.once('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(late);
        this.isMissing = error.code === 'ENOENT';
        resolve(undefined);
      });
      const late = setTimeout(() => child.kill('SIGKILL'), MAX_MS);
      const chunks: Buffer[] = [];
      let size = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) child.kill('SIGKILL');
        else chunks.push(chunk);
      });
      child.once('close', (exitCode) => {
        clearTimeout(late);
        resolve(exitCode === 0 && size > 0 ? Buffer.concat(chunks) : undefined);
      });
    });
  }
}
