import { WebSocket } from 'ws';

/** The packets of Engine.IO 4 and, behind a `4`, Socket.IO 5: https://socket.io/docs/v4/engine-io-protocol/ */
const PING = '2';
const PONG = '3';
const CONNECT = '40';
const EVENT = '42';
const ACK = '43';
const CONNECT_ERROR = '44';

const CONNECT_TIMEOUT_MS = 30_000;

type OnAck = (answer: string) => void;

/** A Socket.io client without anything that a load generator does not need: JSON goes out and comes in as text. */
export class ChatClient {
  /** An event's JSON, `["name",…]`. */
  onEvent: (json: string) => void = () => undefined;
  /** The connection ended without `close`. */
  onLost: (reason: string) => void = () => undefined;

  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, OnAck>();
  private nextId = 0;
  private closing = false;

  private constructor(url: string, auth: Readonly<Record<string, unknown>>) {
    this.socket = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      // Frames of clients are masked; what with is no matter here, and random numbers cost.
      generateMask: (mask) => void mask.writeUInt32BE(0x5a_3c_96_e1),
    });
    this.socket.on('message', (packet: Buffer) => this.receive(packet.toString('latin1'), auth));
    this.socket.on('error', (error) => this.lose(error.message));
    this.socket.on('close', (code) => this.lose(`closed with ${code}`));
  }

  /** Connects by WebSocket at once; resolves when the server has said `ready`. */
  static connect(url: string, auth: Readonly<Record<string, unknown>>): Promise<ChatClient> {
    return new Promise((resolve, reject) => {
      const client = new ChatClient(url, auth);
      const late = setTimeout(() => client.lose('no `ready` in time'), CONNECT_TIMEOUT_MS);
      client.onLost = (reason) => {
        clearTimeout(late);
        client.close();
        reject(new Error(`a client could not connect: ${reason}`));
      };
      client.onEvent = (json) => {
        if (!json.startsWith('["ready"')) return;
        clearTimeout(late);
        client.onLost = () => undefined;
        client.onEvent = () => undefined;
        resolve(client);
      };
    });
  }

  /** Sends an event, its JSON ready-made; `onAck` gets the JSON of the acknowledgement's arguments. */
  send(json: string, onAck: OnAck): void {
    const id = this.nextId++;
    this.waiting.set(id, onAck);
    this.socket.send(`${EVENT}${id}${json}`);
  }

  /** @throws when the server refuses */
  async request(name: string, payload: unknown): Promise<void> {
    const answer = await new Promise<string>((resolve) =>
      this.send(JSON.stringify([name, payload]), resolve),
    );
    if (!isOk(answer)) throw new Error(`${name} was refused: ${answer}`);
  }

  close(): void {
    this.closing = true;
    this.socket.terminate();
  }

  private receive(packet: string, auth: Readonly<Record<string, unknown>>): void {
    if (packet.startsWith(EVENT)) this.onEvent(packet.slice(2));
    else if (packet.startsWith(ACK)) this.settle(packet);
    else if (packet === PING) this.socket.send(PONG);
    else if (packet.startsWith('0')) this.socket.send(`${CONNECT}${JSON.stringify(auth)}`);
    else if (packet.startsWith(CONNECT_ERROR)) this.lose(packet.slice(2));
  }

  private settle(packet: string): void {
    const id = Number.parseInt(packet.slice(2, 14), 10);
    const onAck = this.waiting.get(id);
    this.waiting.delete(id);
    onAck?.(packet.slice(packet.indexOf('[')));
  }

  private lose(reason: string): void {
    if (!this.closing) this.onLost(reason);
  }
}

export const isOk = (answer: string): boolean => answer.startsWith('[{"ok":true');
