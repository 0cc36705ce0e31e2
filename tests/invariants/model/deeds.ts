import type { Conversation } from '../../../src/contracts/conversations';
import type { Forwarded } from '../../../src/contracts/message-commands';
import type { Message } from '../../../src/contracts/messages';
import type { Person } from '../../support/people';
import type { Age } from './age';
import type { Command } from './commands';
import type { Device, Place } from './device';

/** A conversation and what is known of it. */
export interface Known extends Place {
  /** whoever has ever been in it */
  readonly people: Set<string>;
  lastSeq: number;
}

/** A message that was sent, or tried to be. */
export interface Key {
  readonly device: Device;
  readonly place: Known;
  /** never made twice */
  readonly clientMessageId: string;
  readonly content: string;
  /** the id of the message that it answers */
  readonly replyTo: string | undefined;
  readonly attachmentIds: readonly string[];
  repeated: boolean;
}

type Send = Extract<Command, { do: 'send' }>;

/** What the people do, and what they know of it. */
export class Deeds {
  readonly places = new Map<string, Known>();
  readonly keys: Key[] = [];
  /** by person, place and key */
  readonly acknowledged = new Map<string, { readonly id: unknown; readonly seq: number }>();
  private edits = 0;

  /**
   * @param files everybody's, by person
   * @param age what makes messages old, and removes them
   */
  constructor(
    private readonly devices: readonly Device[],
    private readonly files: ReadonlyMap<string, readonly string[]>,
    private readonly age: Age,
  ) {}

  async perform(command: Command): Promise<void> {
    const device = this.device(command.device);
    switch (command.do) {
      case 'open':
      case 'block':
        return this.meet(device, command);
      case 'found':
        return this.found(device, command.kind);
      case 'lose':
        return void (device.losing = command.events);
      case 'connect':
        return device.connect();
      case 'disconnect':
        return device.disconnect();
      case 'sync':
        return device.replica.sync();
      case 'add':
      case 'expel':
      case 'ban':
      case 'promote':
      case 'entitle':
      case 'hand over': {
        const place = this.placeOf(device, command.chat, true);
        return place && this.govern(device, place, command);
      }
      case 'prune': {
        const place = this.placeOf(device, command.chat);
        return place && this.age.upTo(place, Math.max(0, place.lastSeq - command.back));
      }
      case 'send':
      case 'join':
      case 'leave':
      case 'read':
      case 'deliver':
      case 'my':
      case 'clear':
      case 'remove': {
        const place = this.placeOf(device, command.chat);
        return place && this.use(device, place, command);
      }
      case 'forward':
      case 'edit':
      case 'erase':
      case 'hide':
      case 'pin':
      case 'react': {
        const place = this.placeOf(device, command.chat);
        const message = place && this.shownTo(device, place, command.back);
        const author =
          command.do === 'edit' && this.devices.find(({ person }) => person.id === message?.senderId);
        return message && this.change(author || device, message, command);
      }
    }
  }

  private device(choice: number): Device {
    return this.devices[choice % this.devices.length] as Device;
  }

  private person(choice: number): Person {
    return this.device(choice).person;
  }

  /** One of the conversations that the device's person has ever been in, if there are any. */
  private placeOf(device: Device, choice: number, manyOnly = false): Known | undefined {
    const own = [...this.places.values()].filter(
      ({ people, kind }) => people.has(device.person.id) && (!manyOnly || kind !== 'chat'),
    );
    return own[choice % Math.max(own.length, 1)];
  }

  /** A message that a device of the person shows. */
  private shownTo({ person }: Device, { id }: Known, back: number): Message | undefined {
    const theirs = this.devices.filter((device) => device.person.id === person.id);
    return theirs.map(({ replica }) => replica.said(id, back)).find(Boolean);
  }

  /** What somebody does in a conversation they are in; or were, and are refused. */
  private async use(
    device: Device,
    place: Known,
    command: Extract<
      Command,
      { do: 'send' | 'join' | 'leave' | 'read' | 'deliver' | 'my' | 'clear' | 'remove' }
    >,
  ): Promise<void> {
    const at = `/conversations/${place.id}`;
    switch (command.do) {
      case 'send':
        return this.send(device, place, command);
      case 'join':
        return device.join(place);
      case 'leave':
        return device.leave(place);
      case 'read':
        return device.mark('message_read', place, Math.max(0, place.lastSeq - command.back));
      case 'deliver':
        return device.mark('message_delivered', place, Math.max(0, place.lastSeq - command.back));
      case 'my':
        await device.api.call('PATCH', `${at}/my`, { pinned: command.flag, archived: !command.flag });
        return;
      case 'clear':
        await device.api.call('DELETE', `${at}/history`, {
          uptoSeq: Math.max(0, place.lastSeq - command.back),
        });
        return;
      case 'remove':
        if (place.kind === 'chat') await device.api.must('DELETE', `/chats/${place.id}`);
        return;
    }
  }

  /** What somebody does to a message that their device shows, whether it is allowed or refused. */
  private async change(
    device: Device,
    { kind, conversationId, id }: Message,
    command: Extract<Command, { do: 'forward' | 'edit' | 'erase' | 'hide' | 'pin' | 'react' }>,
  ): Promise<void> {
    const { api } = device;
    const at = `/${kind}s/${conversationId}/messages/${id}`;
    switch (command.do) {
      case 'forward': {
        const target = this.placeOf(device, command.to);
        const to = [{ conversationId: target?.id }];
        const { body } = await api.call<Partial<Forwarded>>('POST', `${at}/forward`, { to });
        const seq = body.items?.[0]?.message?.seq ?? 0;
        if (target) target.lastSeq = Math.max(target.lastSeq, seq);
        return;
      }
      case 'edit':
        this.edits += 1;
        // Only what has files may be without a text.
        await api.call('PATCH', at, {
          content: command.empty ? '' : `edit ${this.edits}${this.calling(command.calls)}`,
        });
        return;
      case 'erase':
        await api.call('DELETE', at);
        return;
      case 'hide':
        await api.call('DELETE', `${at}?for=me`);
        return;
      case 'pin':
        await api.call(command.off ? 'DELETE' : 'PUT', `${at}/pin`);
        return;
      case 'react': {
        const emoji = encodeURIComponent(command.smile ? '😀' : '👍');
        await api.call(command.off ? 'DELETE' : 'PUT', `${at}/reactions/${emoji}`);
        return;
      }
    }
  }

  /** What changes a group or a channel, whether it is allowed or refused. */
  private async govern(
    device: Device,
    { kind, id }: Known,
    command: Extract<Command, { do: 'add' | 'expel' | 'ban' | 'promote' | 'entitle' | 'hand over' }>,
  ): Promise<void> {
    const at = `/${kind}s/${id}`;
    const { api } = device;
    const other = 'other' in command ? this.person(command.other).id : '';
    switch (command.do) {
      case 'add':
        if (kind === 'group') await api.call('POST', `${at}/members`, { userIds: [other] });
        else await this.apiOf(command.other).call('PUT', `${at}/follow`);
        return;
      case 'expel':
        if (kind === 'group') await api.call('DELETE', `${at}/members/${other}`);
        else await this.apiOf(command.other).call('DELETE', `${at}/follow`);
        return;
      case 'ban':
        await api.call(command.off ? 'DELETE' : 'PUT', `${at}/bans/${other}`);
        return;
      case 'promote':
        if (kind === 'group')
          await api.call('PATCH', `${at}/members/${other}`, { role: command.off ? 'member' : 'admin' });
        else await api.call(command.off ? 'DELETE' : 'PUT', `${at}/admins/${other}`);
        return;
      case 'entitle':
        await api.call('PATCH', at, { title: `title ${this.keys.length}` });
        return;
      case 'hand over':
        await api.call('PUT', `${at}/owner`, { userId: other });
        return;
    }
  }

  private apiOf(choice: number): Device['api'] {
    return this.device(choice).api;
  }

  private async meet(device: Device, command: Extract<Command, { do: 'open' | 'block' }>): Promise<void> {
    const other = this.person(command.other);
    if (other.id === device.person.id) return;
    if (command.do === 'block') {
      await device.api.must(command.off ? 'DELETE' : 'PUT', `/users/${other.id}/block`);
      return;
    }
    const { status, body } = await device.api.call<Conversation>('POST', '/chats', { userId: other.id });
    if (status < 300) this.know(body, [device.person.id, other.id]);
  }

  /** A new group with the next person in it, or a new public channel. */
  private async found(device: Device, kind: 'group' | 'channel'): Promise<void> {
    const next = this.person(this.devices.indexOf(device) + 1);
    const body = kind === 'group' ? { memberIds: [next.id] } : { visibility: 'public' };
    const made = await device.api.call<Conversation>('POST', `/${kind}s`, { title: 'Founded', ...body });
    if (made.status < 300) this.know(made.body, [device.person.id, ...(kind === 'group' ? [next.id] : [])]);
  }

  private know({ id, kind, lastSeq }: Conversation, people: readonly string[]): void {
    if (!this.places.has(id)) this.places.set(id, { id, kind, lastSeq, people: new Set(people) });
  }

  private async send(device: Device, place: Known, command: Send): Promise<void> {
    const earlier = this.keys.findLast((key) => key.device === device && key.place === place);
    const repeated = command.repeat ? earlier : undefined;
    const key = repeated ?? this.newKey(device, place, command);
    if (repeated) repeated.repeated = true;
    else this.keys.push(key);
    const { content, clientMessageId, attachmentIds } = key;
    const sent = await device.send(place, {
      content,
      clientMessageId,
      attachmentIds,
      ...(key.replyTo && { replyTo: key.replyTo }),
    });
    if (!sent) return;
    const where = `${device.person.id}/${place.id}/${key.clientMessageId}`;
    const known = this.acknowledged.get(where);
    const seq = sent.seq as number;
    // One that was removed for its age is forgotten with its key.
    if (known && known.seq > this.age.reached(place.id)) expect(sent.id).toBe(known.id);
    this.acknowledged.set(where, { id: sent.id, seq });
    place.lastSeq = Math.max(place.lastSeq, seq);
  }

  private newKey(device: Device, place: Known, { answers, files, wordless, calls }: Send): Key {
    const replyTo = answers === undefined ? undefined : this.shownTo(device, place, answers)?.id;
    const own = this.files.get(device.person.id) ?? [];
    const from = files === undefined ? own.length : files % own.length;
    const attachmentIds = own.slice(from, from + 2);
    const number = this.keys.length;
    const content = wordless && attachmentIds.length > 0 ? '' : `message ${number}${this.calling(calls)}`;
    return { device, place, clientMessageId: `k${number}`, content, replyTo, attachmentIds, repeated: false };
  }

  /** Who is called at the end of a text. */
  private calling(choice: number | undefined): string {
    const names = [...new Set(this.devices.map(({ person }) => `@${person.username}`))];
    const calls = [...names, '@all', `${names.join(' ')} @all`];
    return choice === undefined ? '' : ` ${calls[choice % calls.length]}`;
  }
}
