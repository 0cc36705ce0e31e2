import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

export type Behaviour = 'scan' | 'close early' | 'hang' | 'nonsense' | 'endless';

/** What this clamd takes for a virus. */
export const VIRUS = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$';

/** A clamd that speaks INSTREAM (clamd(8)) and knows one virus. */
export class FakeClamd {
  behaviour: Behaviour = 'scan';
  streamMaxLength = 1_000_000;
  /** of the last stream */
  received = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly address: { readonly host: string; readonly port: number } | { readonly path: string },
  ) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
      this.serve(socket);
    });
  }

  /** @param path of a Unix socket; without one, a free port of the loopback */
  static async start(path?: string): Promise<FakeClamd> {
    const server = createServer();
    if (path === undefined) server.listen(0, '127.0.0.1');
    else server.listen(path);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new FakeClamd(server, path === undefined ? { host: '127.0.0.1', port } : { path });
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    if (this.behaviour === 'close early') {
      socket.once('data', () => socket.destroy());
      return;
    }
    let bytes = Buffer.alloc(0);
    let isAnswered = false;
    socket.on('data', (chunk) => {
      if (isAnswered) return;
      bytes = Buffer.concat([bytes, chunk]);
      const reply = this.replyTo(bytes);
      if (reply === undefined) return;
      isAnswered = true;
      if (this.behaviour === 'scan') socket.end(`${reply}\0`);
      else if (this.behaviour === 'nonsense') socket.end('what?\0');
      else if (this.behaviour === 'endless') socket.write('x'.repeat(10_000));
    });
  }

  /** The verdict, once the stream is at its end or too long. */
  private replyTo(bytes: Buffer): string | undefined {
    const command = 'zINSTREAM\0';
    if (!command.startsWith(bytes.toString('latin1', 0, command.length))) return 'UNKNOWN COMMAND';
    const parts: Buffer[] = [];
    for (let at = command.length; at + 4 <= bytes.length;) {
      const length = bytes.readUInt32BE(at);
      parts.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      const stream = Buffer.concat(parts);
      this.received = stream.length;
      if (stream.length > this.streamMaxLength) return 'INSTREAM size limit exceeded. ERROR';
      if (length === 0) return `stream: ${stream.includes(VIRUS) ? 'Win.Test.EICAR_HDB-1 FOUND' : 'OK'}`;
    }
    return undefined;
  }
}
