import type { Logger } from '../helpers/logger';
import type { ChatServer, ChatSocket } from './types';

/** What a client may leave unread: past either its connection is closed. It comes back and syncs. */
const MAX_QUEUED_PACKETS = 1_000;
const MAX_UNSENT_BYTES = 1024 * 1024;
const LOOK_EVERY_MS = 1_000;

/** What engine.io keeps of a connection and does not declare. */
interface Connection {
  /** packets that wait until the ones before them are written */
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  readonly transport: { readonly socket?: Partial<WebSocketLike> };
  close(discard?: boolean): void;
}

interface WebSocketLike {
  /** bytes that were written and that the kernel has not taken */
  readonly bufferedAmount: number;
  terminate(): void;
}

/** Characters are counted for bytes: the bound is one of order. */
function unsentBytes({ writeBuffer, transport }: Connection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer)
    bytes += typeof data === 'string' || Buffer.isBuffer(data) ? data.length : 0;
  return bytes;
}

/** Closes connections that do not read, so that what is not read does not fill the memory. */
export class SlowReaders {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly io: ChatServer,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const socket of this.io.of('/').sockets.values()) {
      const connection = socket.conn as unknown as Connection;
      const packets = connection.writeBuffer.length;
      const bytes = unsentBytes(connection);
      if (packets > MAX_QUEUED_PACKETS || bytes > MAX_UNSENT_BYTES) this.drop(socket, { packets, bytes });
    }
  }

  private drop(socket: ChatSocket, unread: { readonly packets: number; readonly bytes: number }): void {
    const { userId, sessionId } = socket.data.identity;
    this.logger.warn({ userId, sessionId, ...unread }, 'a socket that does not read was closed');
    const connection = socket.conn as unknown as Connection;
    const { transport } = connection;
    connection.close(true);
    // A close frame would wait behind what is not read, and keep all of it for half a minute.
    transport.socket?.terminate?.();
  }
}
