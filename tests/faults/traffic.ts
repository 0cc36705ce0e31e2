import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '../../src/contracts/messages';
import { createGroup } from '../support/groups';
import { makePeople, type Person } from '../support/people';
import type { TestedServer } from '../support/server';
import { Device, type Place } from '../invariants/model/device';
import { mustBeExact } from '../invariants/model/must-be-exact';

/** Milliseconds between two tries of a message, and between two messages of one person. */
const PAUSE_MS = 25;
/** A message that is not acknowledged by then is a fault of the server's. */
const PATIENCE_MS = 60_000;

/** What one message came to. */
interface Said {
  readonly key: string;
  readonly message: Message;
  readonly tries: number;
  /** until the acknowledgement, all tries together */
  readonly tookMs: number;
}

/** An answer by REST. */
interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly tookMs: number;
}

/** The part of a node that clients need. */
export type Node = Pick<TestedServer, 'url' | 'onStop'>;

/** Moves on to another node with every look: what a proxy in front of them does. */
function anyOf(nodes: readonly Node[], first: number): Node {
  let next = first;
  return {
    get url() {
      return (nodes[next++ % nodes.length] as Node).url;
    },
    onStop: (close) => nodes[0]?.onStop(close),
  };
}

/**
 * People who talk in a group without end: each says one thing after the other, by socket when there is one and by REST otherwise, and again
 * under the same `clientMessageId` until it is acknowledged, as clients do.
 */
export class Traffic {
  readonly said: Said[] = [];
  private talking = true;
  private ends: Promise<void>[] = [];

  private constructor(
    private readonly devices: readonly Device[],
    private readonly place: Place,
  ) {}

  /** @param home the node that people are made at */
  static async begin(home: TestedServer, nodes: readonly Node[], people = 6): Promise<Traffic> {
    const persons = await makePeople(home, people);
    const { id } = await createGroup(home, persons[0] as Person, persons.slice(1));
    const place: Place = { kind: 'group', id };
    const devices = persons.map((person, index) => new Device(person, anyOf(nodes, index)));
    for (const device of devices) {
      await device.connect();
      await device.join(place);
    }
    const traffic = new Traffic(devices, place);
    traffic.ends = devices.map((device, index) => traffic.talk(device, index));
    return traffic;
  }

  /** One of the people looks at the group. */
  async ask({ url }: Node): Promise<Answer> {
    return this.fetch(`${url}/api/v1/groups/${this.place.id}`, { method: 'GET' });
  }

  /** … uploads so many bytes. */
  async upload({ url }: Node, bytes: number): Promise<Answer> {
    const body = new FormData();
    body.set('file', new Blob([randomBytes(bytes)]), 'file.bin');
    return this.fetch(`${url}/api/v1/files`, { method: 'POST', body });
  }

  private async fetch(url: string, request: RequestInit): Promise<Answer> {
    const begun = Date.now();
    const headers = (this.devices[0] as Device).person.authorization;
    const response = await fetch(url, { ...request, headers });
    const { code } = (await response.json()) as { code?: string };
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, code, retryAfter, tookMs: Date.now() - begun };
  }

  /** Resolves when so many more messages are acknowledged. */
  async until(more: number, withinMs = PATIENCE_MS): Promise<void> {
    const goal = this.said.length + more;
    const deadline = Date.now() + withinMs;
    while (this.said.length < goal) {
      if (Date.now() > deadline)
        throw new Error(`${this.said.length} of ${goal} acknowledged within ${withinMs} ms`);
      await wait(PAUSE_MS);
    }
  }

  /** Stops talking; throws when a message was never acknowledged. */
  async end(): Promise<void> {
    this.talking = false;
    await Promise.all(this.ends);
  }

  /** The longest that anybody waited for an acknowledgement, all tries together. */
  get longestMs(): number {
    return Math.max(0, ...this.said.map(({ tookMs }) => tookMs));
  }

  /** How many needed more than one try. */
  get triedAgain(): number {
    return this.said.filter(({ tries }) => tries > 1).length;
  }

  /**
   * Nothing acknowledged is lost, nothing is there twice, seqs are without gaps, nothing is there that nobody said, and every device that
   * catches up shows what a fresh fetch does.
   */
  async mustBeSound(server: TestedServer): Promise<void> {
    for (const device of this.devices) await mustBeExact([device]);
    const { reader } = await server.database();
    const stored = await reader.message.findMany({
      where: { conversationId: this.place.id, type: 'text' },
      orderBy: { seq: 'asc' },
      select: { id: true, seq: true, content: true, clientMessageId: true },
    });
    const all = await reader.message.findMany({
      where: { conversationId: this.place.id },
      select: { seq: true },
    });
    expect(all.map(({ seq }) => seq).sort((one, other) => one - other)).toEqual(
      all.map((_, index) => index + 1),
    );
    const known = ({ id, seq, content, clientMessageId }: (typeof stored)[number]) => ({
      id,
      seq,
      content,
      clientMessageId,
    });
    expect(stored.map(known)).toEqual(
      this.said
        .map(({ message, key }) => ({
          id: message.id,
          seq: message.seq,
          content: key,
          clientMessageId: key,
        }))
        .sort((one, other) => one.seq - other.seq),
    );
  }

  close(): void {
    for (const device of this.devices) device.disconnect();
  }

  private async talk(device: Device, speaker: number): Promise<void> {
    for (let number = 0; this.talking; number += 1) {
      this.said.push(await this.say(device, `${speaker}-${number}`));
      await wait(PAUSE_MS);
    }
  }

  private async say(device: Device, key: string): Promise<Said> {
    const begun = Date.now();
    for (let tries = 1; ; tries += 1) {
      const body = { content: key, clientMessageId: key, attachmentIds: [] };
      const message = await device.send(this.place, body).catch(() => undefined);
      if (message) return { key, message: message as unknown as Message, tries, tookMs: Date.now() - begun };
      if (Date.now() - begun > PATIENCE_MS)
        throw new Error(`${key} was never acknowledged, in ${tries} tries`);
      await wait(PAUSE_MS);
      if (!device.online) await device.connect().catch(() => undefined);
    }
  }
}
