import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * When a connection is cut, seen from the last of the awaited bytes:
 * `before` they are forwarded · `during`: forwarded and cut at once · `unheard`: when their answer has come, which is
 * dropped · `after` the answer was forwarded.
 */
export type CutMoment = 'before' | 'during' | 'unheard' | 'after';

export interface TcpProxy {
  /** where it listens on 127.0.0.1 */
  readonly port: number;
  /** Connections that clients have open. */
  readonly connections: number;
  /** Ends every connection now, on both sides. */
  cutAll(): void;
  /**
   * Cuts the next connection on which a client sends all of `bytes`, in this order.
   * @returns resolves when it is cut
   */
  cutAt(moment: CutMoment, ...bytes: readonly string[]): Promise<void>;
  /** Refuses new connections (ECONNREFUSED); those that are open live on. */
  refuse(): Promise<void>;
  /** Forwards nothing more, in neither direction; new connections are accepted, and not forwarded either. */
  stall(): void;
  /** Forwards nothing more on the connections of now, as a network that drops them; new ones work. For good. */
  abandon(): void;
  /** Accepts and forwards again, also what was held up by `stall`. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds in which nothing comes after the end of an answer. */
const SILENCE_MS = 50;

interface Trap {
  readonly moment: CutMoment;
  readonly bytes: readonly Buffer[];
  readonly sprung: () => void;
}

/** One client's connection and the one to the server behind it. */
class Link {
  private readonly upstream: Socket;
  private readonly progress = new Map<Trap, number>();
  private tail = Buffer.alloc(0);
  private armed: Trap | undefined;
  /** of the answer that the armed trap waits for */
  private readonly answer: Buffer[] = [];
  private silence: NodeJS.Timeout | undefined;
  private held = false;

  constructor(
    private readonly client: Socket,
    targetPort: number,
    private readonly traps: Set<Trap>,
  ) {
    this.upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, this.upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut());
      socket.on('close', () => this.cut());
    }
    client.on('data', (chunk) => this.fromClient(chunk));
    this.upstream.on('data', (chunk) => this.fromServer(chunk));
    client.on('end', () => this.upstream.end());
    this.upstream.on('end', () => this.client.end());
  }

  cut(): void {
    if (this.held) return;
    clearTimeout(this.silence);
    this.client.destroy();
    this.upstream.destroy();
  }

  /** As if the other side had vanished without a word. */
  hold(): void {
    this.held = true;
    this.client.pause();
    this.upstream.pause();
  }

  letGo(): void {
    this.held = false;
    if (this.client.destroyed || this.upstream.destroyed) return this.cut();
    this.client.resume();
    this.upstream.resume();
  }

  private fromClient(chunk: Buffer): void {
    const trap = this.armed ? undefined : this.trapFor(chunk);
    if (trap) this.traps.delete(trap);
    if (trap?.moment === 'before') return this.spring(trap);
    if (trap?.moment === 'during') {
      this.upstream.end(chunk);
      this.client.destroy();
      return trap.sprung();
    }
    this.armed ??= trap;
    this.upstream.write(chunk);
  }

  private fromServer(chunk: Buffer): void {
    const trap = this.armed;
    if (!trap) return void this.client.write(chunk);
    // A list of statements is answered one by one: what is waited for is the last word.
    this.answer.push(chunk);
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      if (trap.moment === 'unheard') return this.spring(trap);
      this.client.end(Buffer.concat(this.answer), () => this.spring(trap));
    }, SILENCE_MS);
  }

  private spring(trap: Trap): void {
    this.cut();
    trap.sprung();
  }

  /** The trap whose last bytes have now been seen. Bytes may be torn between chunks. */
  private trapFor(chunk: Buffer): Trap | undefined {
    const seen = Buffer.concat([this.tail, chunk]);
    this.tail = seen.subarray(-64);
    for (const trap of this.traps) {
      let step = this.progress.get(trap) ?? 0;
      for (let from = 0; ; step += 1) {
        const next = trap.bytes[step];
        if (!next) return trap;
        const at = seen.indexOf(next, from);
        if (at < 0) break;
        from = at + next.length;
      }
      this.progress.set(trap, step);
    }
    return undefined;
  }
}

/** A TCP proxy on a free port of 127.0.0.1 that can fail as networks and servers do. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  const abandoned = new Set<Link>();
  const traps = new Set<Trap>();
  let stalled = false;
  const server = createServer((client) => {
    const link = new Link(client, targetPort, traps);
    links.add(link);
    client.once('close', () => links.delete(link));
    if (stalled) link.hold();
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    port,
    get connections() {
      return links.size;
    },
    cutAll() {
      for (const link of links) link.cut();
    },
    cutAt: (moment, ...bytes) =>
      new Promise((resolve) =>
        traps.add({ moment, bytes: bytes.map((text) => Buffer.from(text)), sprung: resolve }),
      ),
    refuse: () =>
      new Promise((resolve) => {
        // Resolves when it no longer listens; `close` would call back after the last connection.
        server.close();
        setImmediate(resolve);
      }),
    stall() {
      stalled = true;
      for (const link of links) link.hold();
    },
    abandon() {
      for (const link of links) {
        link.hold();
        abandoned.add(link);
      }
      links.clear();
    },
    async pass() {
      stalled = false;
      for (const link of links) link.letGo();
      if (!server.listening) await listen(port);
    },
    async close() {
      if (server.listening) server.close();
      for (const link of [...links, ...abandoned]) {
        link.letGo();
        link.cut();
      }
      await Promise.resolve();
    },
  };
}
