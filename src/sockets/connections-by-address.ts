import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import type { AddressReader } from './addresses';

/** The part of Engine.IO's server that tells of connections; its own types leave the socket's request out. */
interface Engine {
  on(event: 'connection', listener: (connection: Connection) => void): void;
}

interface Connection {
  readonly request: IncomingMessage;
  once(event: 'close', listener: () => void): void;
}

/** How many connections each address has open on this process, whoever they are of, and whether they say so or not. */
export class ConnectionsByAddress {
  private readonly open = new Map<string, number>();
  /** let in and counted, and no connections yet: several of one packet are asked for before any of them is one */
  private readonly coming = new WeakSet<IncomingMessage>();

  constructor(
    private readonly addressOf: AddressReader,
    /** `null`: as many as they like */
    private readonly most: number | null,
  ) {}

  /**
   * For Engine.IO's `allowRequest`, which only handshakes are asked for: one that would be one too many is refused before anything
   * is made for it.
   */
  readonly allow = (request: IncomingMessage, done: (reason: string | null, ok: boolean) => void): void => {
    const address = this.addressOf(request);
    const isFull = this.most !== null && (this.open.get(address) ?? 0) >= this.most;
    if (!isFull) this.expect(request, address);
    done(isFull ? 'rate_limited' : null, !isFull);
  };

  watch(io: Pick<Server, 'engine'>): void {
    (io.engine as Engine).on('connection', (connection) => {
      const address = this.addressOf(connection.request);
      if (!this.coming.delete(connection.request)) this.add(address);
      connection.once('close', () => this.takeOff(address));
    });
  }

  /** Engine.IO makes the connection before anything else happens, or not at all. */
  private expect(request: IncomingMessage, address: string): void {
    this.add(address);
    this.coming.add(request);
    setImmediate(() => this.coming.delete(request) && this.takeOff(address));
  }

  private add(address: string): void {
    this.open.set(address, (this.open.get(address) ?? 0) + 1);
  }

  private takeOff(address: string): void {
    const left = (this.open.get(address) ?? 1) - 1;
    if (left > 0) this.open.set(address, left);
    else this.open.delete(address);
  }
}
