import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { eachOnce } from './waiting';

export interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

export type Answer = (response: ServerResponse, delivered: Delivered) => void;

/** Something that webhooks are sent to. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Delivered[];
  /** what it answers from now on */
  answers(how: Answer): void;
  /** the first delivery that was not given out yet */
  next(matches?: (delivered: Delivered) => boolean, timeoutMs?: number): Promise<Delivered>;
  stop(): Promise<void>;
}

export const withStatus =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end();

/** @param wrap makes the server, for TLS */
export async function startReceiver(
  wrap: (listener: RequestListener) => Pick<Server, keyof Server> = (listener) => createServer(listener),
  scheme = 'http',
): Promise<Receiver> {
  const received: Delivered[] = [];
  const deliveries = eachOnce(() => received);
  let answer: Answer = withStatus(204);
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const delivered = { headers: request.headers, body, path: request.url ?? '' };
      received.push(delivered);
      answer(response, delivered);
      deliveries.look();
    });
    request.on('error', () => undefined);
    response.on('error', () => undefined);
  };
  const server = wrap(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}/hook`,
    received,
    answers: (how) => void (answer = how),
    next: (matches = () => true, timeoutMs = 10_000) =>
      deliveries.next('a delivery', matches, timeoutMs, () => received),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
