import type { Duplex } from 'node:stream';
import type { Corking, Outlet } from './corking';
import type { ChatSocket } from './types';

/** What socket.io and engine.io keep of a connection and do not declare. */
interface Engine {
  readonly readyState: string;
  /** packets that wait until the ones before them are written */
  readonly writeBuffer: readonly unknown[];
  readonly transport: {
    readonly name: string;
    readonly writable: boolean;
    readonly socket?: { readonly _socket?: Duplex | null };
  };
}

interface PacketOptions {
  /** a broadcast's frame, header and text, that all its receivers share */
  readonly wsPreEncodedFrame?: readonly Buffer[];
}

interface EngineClient {
  readonly conn: Engine;
  writeToEngine(packets: string | readonly (string | Buffer)[], options: PacketOptions): void;
}

/** Engine.IO's "message" (its protocol, version 4). */
const MESSAGE = '4';
const FINAL_TEXT = 0x81;

/** A WebSocket frame of a server with a whole text (RFC 6455, 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const begin = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(begin + length);
  frame[0] = FINAL_TEXT;
  if (begin === 2) frame[1] = length;
  else if (begin === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, begin);
  return frame;
}

/**
 * The way of packets past Engine.IO and ws, whose bookkeeping for each of them takes longer than all else that a delivery needs. It is
 * taken where nothing waits in them: so order holds, and who does not read is dealt with by them.
 */
export class ShortCut {
  private parts: readonly Buffer[] = [];
  private frame = Buffer.alloc(0);

  constructor(private readonly corking: Corking) {}

  /** For the socket's connection, once: its client may leave and come back on it as often as it likes. */
  open({ client }: ChatSocket): void {
    const engineClient = client as unknown as EngineClient;
    if (Object.hasOwn(engineClient, 'writeToEngine')) return;
    const longWay = engineClient.writeToEngine.bind(engineClient);
    const outletOf = this.outletFinder(engineClient.conn);
    engineClient.writeToEngine = (packets, options) => {
      const packet = typeof packets === 'string' || packets.length !== 1 ? packets : packets[0];
      const outlet = typeof packet === 'string' ? outletOf() : undefined;
      if (!outlet) longWay(packets, options);
      else if (options.wsPreEncodedFrame) outlet.send(this.shared(options.wsPreEncodedFrame));
      else outlet.send(textFrame(MESSAGE + String(packet)));
    };
  }

  /** Whether a packet may take the short cut now, and to where: a connection that begins by polling has no outlet before it is upgraded. */
  private outletFinder(engine: Engine): () => Outlet | undefined {
    let outlet: Outlet | undefined;
    return () => {
      const { readyState, writeBuffer, transport } = engine;
      if (readyState !== 'open' || writeBuffer.length > 0 || !transport.writable) return undefined;
      if (!outlet) {
        const connection = transport.name === 'websocket' ? transport.socket?._socket : undefined;
        outlet = connection ? this.corking.outletOf(connection) : undefined;
      }
      return outlet?.isIdle ? outlet : undefined;
    };
  }

  /** A broadcast's receivers come one after the other. */
  private shared(parts: readonly Buffer[]): Buffer {
    if (parts !== this.parts) {
      this.parts = parts;
      this.frame = Buffer.concat(parts);
    }
    return this.frame;
  }
}
