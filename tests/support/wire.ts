import { WebSocket } from 'ws';
import type { Person } from './people';
import type { TestedServer } from './server';
import { eachOnce } from './waiting';

/** A client that speaks Engine.IO and Socket.io by hand: it says what theirs never would. */
export interface WireClient {
  readonly websocket: WebSocket;
  /** what came, in order: Engine.IO's packets, `ping` frames of the WebSocket, and `close` */
  readonly heard: readonly string[];
  send(...packets: readonly (string | Buffer)[]): void;
  /** The first that begins so which was not given out yet, whether it came already or is still to come. */
  next(beginning: string): Promise<string>;
}

/** Connects by WebSocket and waits for `ready`. */
export async function connectWire(
  { url, onStop }: Pick<TestedServer, 'url' | 'onStop'>,
  { tokens }: Pick<Person, 'tokens'>,
): Promise<WireClient> {
  const websocket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const heard: string[] = [];
  const packets: { readonly packet: string }[] = [];
  const all = eachOnce(() => packets);
  const hear = (what: string): void => {
    heard.push(what);
    packets.push({ packet: what });
    all.look();
  };
  websocket.on('message', (data: Buffer) => hear(data.toString()));
  websocket.on('ping', () => hear('ping'));
  websocket.on('close', () => hear('close'));
  onStop(() => websocket.terminate());
  const client: WireClient = {
    websocket,
    heard,
    send: (...said) => said.forEach((packet) => websocket.send(packet)),
    async next(beginning) {
      const begins = ({ packet }: { readonly packet: string }): boolean => packet.startsWith(beginning);
      return (await all.next(`a packet ${beginning}`, begins, 10_000, () => heard.slice(-100))).packet;
    },
  };
  await client.next('0');
  client.send(`40${JSON.stringify({ token: tokens.accessToken })}`);
  await client.next('42["ready"');
  return client;
}
