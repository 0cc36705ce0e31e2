import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { NOT_PUBLIC, isPublicAddress, publicLookup } from './public-addresses';

/** From the look-up of the name to the last byte of the answer. */
const WITHIN_MS = 10_000;
/** Of an answer's body, which nobody looks at. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface Posted {
  /** of the answer; `null`: there was none */
  readonly statusCode: number | null;
  readonly error: string | null;
}

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
}

/** Reads on politely; what has been answered stands, whatever comes. */
function drain(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) answer.destroy();
  });
  answer.on('error', () => undefined);
}

/** One POST on a connection of its own, which has ended when it resolves. Redirects are not followed. Never rejects. */
export function post({ url, headers, body, allowPrivate }: Post): Promise<Posted> {
  const { protocol, hostname } = new URL(url);
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(literal) !== 0 && !isPublicAddress(literal))
    return Promise.resolve({ statusCode: null, error: NOT_PUBLIC });
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    signal: AbortSignal.timeout(WITHIN_MS),
    ...(!allowPrivate && { lookup: publicLookup }),
  };
  return new Promise((resolve) => {
    let answered: Posted | undefined;
    const failed = (error: Error & { code?: string }): void => {
      const late = error.name === 'AbortError' || error.name === 'TimeoutError';
      const reason = late ? `no answer within ${WITHIN_MS / 1000} seconds` : error.message;
      resolve(answered ?? { statusCode: null, error: (reason || error.code || 'it failed').slice(0, 200) });
    };
    const asked = (protocol === 'https:' ? requestSecure : requestPlain)(url, options, (answer) => {
      const { statusCode = 0 } = answer;
      const isDone = statusCode >= 200 && statusCode < 300;
      answered = { statusCode, error: isDone ? null : `it answered ${statusCode}` };
      drain(answer);
    });
    asked.on('error', failed);
    // An answer that changes the protocol (101) is told by nothing else.
    asked.on('close', () => failed(new Error('the connection ended without an answer')));
    asked.end(body);
  });
}
