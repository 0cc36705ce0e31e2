import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions } from 'ws';

type Sent = (error?: Error | null) => void;
type Write = (chunk: Buffer | string, encoding?: BufferEncoding | Sent, sent?: Sent) => boolean;

/** What is written to one connection. */
export class Outlet {
  private held: Buffer[] = [];
  private readonly write: Write;

  constructor(
    private readonly connection: Duplex,
    private readonly corking: Corking,
  ) {
    this.write = connection.write.bind(connection) as Write;
    connection.write = ((...of: Parameters<Write>) => this.take(...of)) as typeof connection.write;
    const end = connection.end.bind(connection) as (...of: unknown[]) => Duplex;
    connection.end = ((...of: unknown[]) => {
      this.put(Buffer.concat(this.release()));
      return end(...of);
    }) as typeof connection.end;
  }

  /** Whether everything was given to the kernel, but for what is held to the end of this tick. */
  get isIdle(): boolean {
    return this.connection.writableLength === 0 && this.connection.writable;
  }

  /** At the end of the tick, or now. */
  send(frame: Buffer): void {
    if (!this.corking.gathering) this.write(frame);
    else this.hold(frame);
  }

  /** @returns what was held */
  release(): readonly Buffer[] {
    const { held } = this;
    this.held = [];
    return held;
  }

  /** Writes what was released. */
  put(bytes: Buffer): void {
    if (bytes.length > 0 && this.connection.writable) this.write(bytes);
  }

  private hold(frame: Buffer): void {
    if (this.held.length === 0) this.corking.holds(this);
    this.held.push(frame);
  }

  private take(...[chunk, encoding, sent]: Parameters<Write>): boolean {
    if (!this.corking.gathering) return this.write(chunk, encoding, sent);
    this.hold(
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8')
        : chunk,
    );
    // The engine holds back a connection's next packet until the one before it is sent. What is unsent the connection itself counts.
    (typeof encoding === 'function' ? encoding : sent)?.();
    return !this.connection.writableNeedDrain;
  }
}

const areSame = (left: readonly Buffer[], right: readonly Buffer[]): boolean =>
  left.length === right.length && left.every((frame, index) => frame === right[index]);

/**
 * Gathers what is written to each connection until the end of the tick, so that it goes out in one piece and one system call: on a
 * busy relay most of the time is spent in `writev`, one call per frame. Connections that are told the same share one piece.
 */
export class Corking {
  gathering = false;
  private holding: Outlet[] = [];
  private readonly outlets = new WeakMap<Duplex, Outlet>();

  /** From now to the end of this tick. */
  gather(): void {
    if (this.gathering) return;
    this.gathering = true;
    setImmediate(() => this.release());
  }

  /** Lets the connection take part. */
  attach(connection: Duplex): void {
    this.outlets.set(connection, new Outlet(connection, this));
  }

  outletOf(connection: Duplex): Outlet | undefined {
    return this.outlets.get(connection);
  }

  /** The outlet has something for the end of this tick. */
  holds(outlet: Outlet): void {
    this.holding.push(outlet);
  }

  private release(): void {
    this.gathering = false;
    const { holding } = this;
    this.holding = [];
    let frames: readonly Buffer[] = [];
    let piece = Buffer.alloc(0);
    for (const outlet of holding) {
      const released = outlet.release();
      if (!areSame(released, frames)) {
        frames = released;
        piece = Buffer.concat(released);
      }
      outlet.put(piece);
    }
  }
}

type Upgraded = (websocket: unknown, request: IncomingMessage) => void;

/** `ws` for Engine.IO, whose connections take part. Hooked where a connection becomes a WebSocket: frames bypass `WebSocket.send`. */
export function corkingEngine(corking: Corking): new (options?: ServerOptions) => WebSocketServer {
  const plain = WebSocketServer.prototype as unknown as {
    completeUpgrade(...of: unknown[]): void;
  };
  return class extends WebSocketServer {
    completeUpgrade(
      extensions: unknown,
      key: unknown,
      protocols: unknown,
      request: IncomingMessage,
      connection: Duplex,
      head: unknown,
      upgraded: Upgraded,
    ): void {
      corking.attach(connection);
      plain.completeUpgrade.call(this, extensions, key, protocols, request, connection, head, upgraded);
    }
  };
}
