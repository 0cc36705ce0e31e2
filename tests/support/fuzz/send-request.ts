import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Person } from '../people';
import type { RequestCase } from './requests';
import { asText } from './values';
import { settle, type FuzzedWorld } from './world';

/** Without halves of characters. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

export interface FuzzedAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Only what may stand in a request line; what is escaped already stays so. */
const escaped = (path: string): string =>
  path.replace(/[^\w\-.~!$&'()*+,;=:@/%]/gu, (character) => encodeURIComponent(wellFormed(character)));

/** Sends a case as it is: no client tidies it up. */
export function sendCase(
  base: string,
  fuzzed: RequestCase,
  { people, pools }: FuzzedWorld,
): Promise<FuzzedAnswer> {
  const { method, path, query, who, body, headers } = settle(fuzzed, pools);
  const search = query
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(asText(value)).slice(0, 3_000))}`,
    )
    .join('&');
  const url = `${base}${escaped(path)}${search && `?${search}`}`;
  const person: Person | undefined = who === null ? undefined : people[who];
  const token = person?.tokens.accessToken ?? (who === null ? undefined : 'no.such.token');
  const payload = body && (body.bytes ?? JSON.stringify(body.value) ?? '');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method: method.toUpperCase(),
        headers: {
          ...headers,
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(body && body.type && { 'Content-Type': body.type }),
          ...(payload !== null && { 'Content-Length': Buffer.byteLength(payload) }),
        },
        timeout: 30_000,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            method,
            url,
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            bytes: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${url}`)));
    request.on('error', reject);
    request.end(payload ?? undefined);
  });
}
