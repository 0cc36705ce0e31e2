import { setTimeout as wait } from 'node:timers/promises';
import { addFile } from '../../support/files';
import { makePeople, signIn, type Person } from '../../support/people';
import type { TestServer } from '../../support/server';
import { Age } from './age';
import type { Step } from './commands';
import { Deeds, type Key } from './deeds';
import { Device } from './device';
import { mustBeExact } from './must-be-exact';

/** Everybody's. */
const FILES = ['cat.webp', 'dog.webp', 'owl.webp', 'yak.webp'];

const SAID = {
  do: 'send',
  repeat: false,
  wordless: false,
  answers: undefined,
  files: undefined,
  calls: undefined,
} as const;

/** A few people with two devices each, a stranger to all of them, and what they did. */
export class World {
  private readonly deeds: Deeds;
  private readonly age: Age;
  /** by key: who was certainly not in the conversation while it was sent */
  private readonly outsiders = new Map<string, ReadonlySet<string>>();

  private constructor(
    private readonly server: TestServer,
    private readonly devices: readonly Device[],
    private readonly stranger: Device,
    /** by person */
    private readonly files: ReadonlyMap<string, readonly string[]>,
  ) {
    this.age = new Age(server);
    this.deeds = new Deeds(devices, files, this.age);
  }

  static async make(server: TestServer): Promise<World> {
    const [outsider, ...people] = (await makePeople(server, 4)) as [Person, ...Person[]];
    const phones = people.map((person) => new Device(person, server));
    const laptops = await Promise.all(
      people.map(async (person) => new Device(await signIn(server, person), server)),
    );
    const stranger = new Device(outsider, server);
    const files = new Map<string, readonly string[]>();
    await Promise.all(
      people.map(async (person) => {
        const theirs = FILES.map((name) => addFile(server, person, { name }));
        files.set(person.id, await Promise.all(theirs));
      }),
    );
    const world = new World(server, [...phones, ...laptops], stranger, files);
    await Promise.all([...world.devices, stranger].map((device) => device.connect()));
    for (const [device, other] of [
      [0, 1],
      [1, 2],
    ] as const)
      await world.deeds.perform({ do: 'open', device, other });
    await world.deeds.perform({ do: 'found', device: 0, kind: 'group' });
    await world.deeds.perform({ do: 'found', device: 1, kind: 'channel' });
    // Everybody is in the group, and the channel has a follower.
    await world.deeds.perform({ do: 'add', device: 0, chat: 0, other: 2 });
    await world.deeds.perform({ do: 'add', device: 1, chat: 1, other: 0 });
    await world.insiders();
    for (const place of world.deeds.places.values())
      for (const phone of phones) if (place.people.has(phone.person.id)) await phone.join(place);
    // The second person is in all of them: everywhere something is said.
    for (let chat = 0; chat < world.deeds.places.size; chat += 1)
      await world.deeds.perform({ ...SAID, device: 1, chat });
    await world.catchUp();
    return world;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step === 'restart') {
        await this.server.restart();
        continue;
      }
      const before = await this.insiders();
      const firstKey = this.deeds.keys.length;
      await Promise.all(step.map((command) => this.deeds.perform(command)));
      await this.catchUp();
      const after = await this.insiders();
      // Who came and went again within the step may have heard something.
      const settled = !step.some((command) => command.do === 'add');
      for (const { clientMessageId, place } of this.deeds.keys.slice(firstKey)) {
        const inside = (id: string): boolean =>
          Boolean(before.get(place.id)?.has(id)) || Boolean(after.get(place.id)?.has(id));
        const out = this.devices.map(({ person }) => person.id).filter((id) => !inside(id));
        if (settled && place.kind !== 'channel') this.outsiders.set(clientMessageId, new Set(out));
      }
    }
  }

  /** Every device, brought up to date by its own means, shows what a fresh fetch would; and heard only what it may. */
  async check(): Promise<void> {
    await this.allTold();
    const posted = await this.posted();
    const people = new Set(this.devices.map(({ person }) => person.id));
    await Promise.all(
      [...people].map((id) =>
        mustBeExact(
          this.devices.filter(({ person }) => person.id === id),
          posted,
        ),
      ),
    );
    for (const device of this.devices) for (const { payload } of device.heard) this.mayHear(device, payload);
    expect(this.stranger.heard.filter(({ name }) => name !== 'session_ended')).toEqual([]);
    expect((await this.stranger.freshlyFetched()).size).toBe(0);
    await this.nothingLost();
    await this.filesKept();
  }

  close(): void {
    for (const device of [...this.devices, this.stranger]) device.disconnect();
  }

  /** Phones fetch what is new and fill their gaps at once; laptops when they happen to sync. */
  private async catchUp(): Promise<void> {
    const phones = this.devices.slice(0, this.devices.length / 2).filter(({ online }) => online);
    await Promise.all(phones.map(({ replica }) => replica.catchUp()));
  }

  /** Who is in each conversation now: the truth, from the database. Whoever came and went again within a step was in it too. */
  private async insiders(): Promise<Map<string, Set<string>>> {
    const { reader } = await this.server.database();
    const rows = await reader.membership.findMany({
      where: { conversationId: { in: [...this.deeds.places.keys()] } },
      select: { conversationId: true, userId: true, version: true, joinedVersion: true, leftAt: true },
    });
    const inside = new Map<string, Set<string>>();
    for (const { conversationId, userId, version, joinedVersion, leftAt } of rows) {
      // Somebody who was banned and never there has a row without versions.
      if (leftAt && version === 0 && joinedVersion === 0) continue;
      this.deeds.places.get(conversationId)?.people.add(userId);
      if (leftAt) continue;
      const people = inside.get(conversationId) ?? new Set();
      inside.set(conversationId, people.add(userId));
    }
    return inside;
  }

  /** Reactions in channels are told a second late. */
  private async allTold(): Promise<void> {
    const { reader } = await this.server.database();
    const where = { conversationId: { in: [...this.deeds.places.keys()] } };
    while ((await reader.reactionUntold.count({ where })) > 0) await wait(50);
  }

  /** Who has ever posted in which channel, from the database. */
  private async posted(): Promise<Set<string>> {
    const { reader } = await this.server.database();
    const posts = await reader.message.findMany({
      where: { conversationId: { in: [...this.deeds.places.keys()] }, conversation: { kind: 'channel' } },
      select: { conversationId: true, senderId: true },
      distinct: ['conversationId', 'senderId'],
    });
    return new Set(posts.map(({ conversationId, senderId }) => `${conversationId}/${senderId}`));
  }

  private mayHear(device: Device, payload: Record<string, unknown>): void {
    const id = payload.conversationId;
    if (typeof id === 'string') expect(this.deeds.places.get(id)?.people).toContain(device.person.id);
    // Whoever was there may have taken it elsewhere.
    if ('forwardedFrom' in payload) return;
    const key = this.deeds.keys.find(({ clientMessageId }) => clientMessageId === payload.clientMessageId);
    // A repetition is told again, to those who are there then.
    if (key && !key.repeated)
      expect([...(this.outsiders.get(key.clientMessageId) ?? [])]).not.toContain(device.person.id);
  }

  /** What was acknowledged is stored under its key, once, as it was. */
  private async nothingLost(): Promise<void> {
    const { keys, acknowledged } = this.deeds;
    const again = async ({ device, place, clientMessageId, content, replyTo, attachmentIds }: Key) => {
      const known = acknowledged.get(`${device.person.id}/${place.id}/${clientMessageId}`);
      if (!known || known.seq <= this.age.reached(place.id)) return;
      const said = { content, clientMessageId, replyTo, attachmentIds };
      const path = `/${place.kind}s/${place.id}/messages`;
      const { status, body } = await device.api.call<{ id: string }>('POST', path, said);
      expect([status, body.id]).toEqual([200, known.id]);
    };
    await Promise.all(keys.map(again));
  }

  /** Only messages that are not deleted have files, and only files that a message has are kept; also when those who sent them delete them. */
  private async filesKept(): Promise<void> {
    const { reader } = await this.server.database();
    const kept = async () => {
      const files = await reader.file.findMany({
        where: { id: { in: [...this.files.values()].flat() } },
        select: { unattachedSince: true, attachments: { select: { message: true } } },
      });
      for (const { unattachedSince, attachments } of files)
        expect(unattachedSince === null).toBe(attachments.length > 0);
      return files.flatMap(({ attachments }) => attachments.map(({ message }) => message));
    };
    const messages = await kept();
    expect(messages.filter(({ deletedAt }) => deletedAt)).toEqual([]);
    await Promise.all(
      messages.map(async ({ conversationId, id, senderId }) => {
        const sender = this.devices.find(({ person }) => person.id === senderId);
        const kind = this.deeds.places.get(conversationId)?.kind;
        await sender?.api.call('DELETE', `/${kind}s/${conversationId}/messages/${id}`);
      }),
    );
    await kept();
  }
}
