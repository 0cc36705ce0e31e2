import type { Conversation } from '../../../src/contracts/conversations';
import type { ConversationKind, Message } from '../../../src/contracts/messages';
import type { Person } from '../../support/people';
import type { TestedServer } from '../../support/server';
import { connect, type Client } from '../../support/sockets';
import { Api } from './api';
import { fetchAnew } from './fetch-anew';
import { withAddress } from './held-messages';
import { Replica, type Shown } from './replica';

/** A conversation, as its paths and events name it. */
export interface Place {
  readonly kind: ConversationKind;
  readonly id: string;
}

/** What a fresh fetch shows, and what it leaves out. */
export interface Fresh extends Shown {
  readonly hidden: readonly number[];
  /** messages up to here were removed for their age */
  readonly prunedUptoSeq: number;
}

/** One device of a person: a session, a socket that comes and goes, and a copy of what it has seen. */
export class Device {
  readonly api: Api;
  readonly replica: Replica;
  /** Everything the server ever told this device. */
  readonly heard: { readonly name: string; readonly payload: Record<string, unknown> }[] = [];
  /** Events that get lost on the way before one arrives again. */
  losing = 0;
  private client: Client | undefined;
  /** what it has joined, and joins again after an absence */
  private readonly joined = new Map<string, Place>();

  constructor(
    readonly person: Person,
    private readonly server: Pick<TestedServer, 'url' | 'onStop'>,
  ) {
    this.api = new Api(() => server.url, person.tokens.accessToken);
    this.replica = new Replica(person.id, this.api);
  }

  get online(): boolean {
    return this.client?.socket.connected ?? false;
  }

  /** Connect and join first, fetch after. */
  async connect(): Promise<void> {
    if (this.online) return;
    this.client = await connect(this.server, this.person.tokens);
    this.client.socket.onAny((name: string, payload: Record<string, unknown>) => this.hear(name, payload));
    for (const place of this.joined.values()) await this.join(place);
    await this.replica.sync();
  }

  disconnect(): void {
    this.client?.close();
  }

  async join(place: Place): Promise<void> {
    if (!this.client || !this.online) return;
    const { kind, id } = place;
    this.joined.set(id, place);
    const answer = await this.client.ask(`join_${kind}`, { [`${kind}Id`]: id }).catch(() => undefined);
    if (answer?.ok && answer.data.conversation.my)
      this.replica.applyJoin(answer.data.conversation as Conversation);
  }

  async leave({ kind, id }: Place): Promise<void> {
    this.joined.delete(id);
    if (this.online) await this.client?.ask(`leave_${kind}`, { [`${kind}Id`]: id }).catch(() => undefined);
  }

  /** By socket when it has one, otherwise, and in channels, by REST. @returns the acknowledged message, if there was one */
  async send(
    { kind, id }: Place,
    body: { content: string; clientMessageId: string; replyTo?: string; attachmentIds: readonly string[] },
  ): Promise<Record<string, unknown> | undefined> {
    if (kind !== 'channel' && this.client && this.online) {
      const event = kind === 'chat' ? 'chat_message' : 'group_message';
      const answer = await this.client.ask(event, { [`${kind}Id`]: id, ...body }).catch(() => undefined);
      if (!answer?.ok) return undefined;
      // The sender has the acknowledgement instead of the event.
      if (!answer.data.duplicate) this.replica.apply(event, answer.data);
      return answer.data;
    }
    const answer = await this.api.call<Record<string, unknown>>('POST', `/${kind}s/${id}/messages`, body);
    return answer.status < 300 ? answer.body : undefined;
  }

  async mark(event: 'message_read' | 'message_delivered', { kind, id }: Place, seq: number): Promise<void> {
    if (this.client && this.online) await this.client.ask(event, { roomId: id, seq }).catch(() => undefined);
    else
      await this.api.call('PUT', `/${kind}s/${id}/${event === 'message_read' ? 'read' : 'delivered'}`, {
        seq,
      });
  }

  /** What a client that knows nothing would show now. */
  async freshlyFetched(): Promise<Map<string, Fresh>> {
    const shown = new Map<string, Fresh>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: Conversation[]; nextCursor: string | null } = await this.api.must(
        'GET',
        `/conversations?limit=100${cursor && `&cursor=${cursor}`}`,
      );
      for (const { id, kind } of page.items) {
        const fetched = await fetchAnew(this.api, kind, id);
        if (!fetched) throw new Error(`${kind} ${id} is in the inbox and cannot be read`);
        const { title, version, myVersion, lastSeq, my } = fetched.conversation;
        const roles = Object.fromEntries(
          fetched.members
            .map(({ user, role }) => [user.id, role] as const)
            .sort(([left], [right]) => (left < right ? -1 : 1)),
        );
        const messages = fetched.messages.map((message) => withoutUnseen(fetched.messages, message));
        const hidden = fetched.hidden.filter((seq) => seq > my.clearedUptoSeq);
        shown.set(id, {
          kind,
          title,
          version,
          myVersion,
          lastSeq,
          my,
          messages,
          roles,
          hidden,
          prunedUptoSeq: fetched.conversation.prunedUptoSeq,
        });
      }
      cursor = page.nextCursor;
    }
    return shown;
  }

  private hear(name: string, payload: Record<string, unknown>): void {
    this.heard.push({ name, payload });
    if (this.losing > 0) this.losing -= 1;
    else this.replica.apply(name, payload);
  }
}

/** As it can be compared: a client that does not hold what a message answers cannot know how that begins. */
function withoutUnseen(all: readonly Message[], fetched: Message): Message {
  const message = withAddress(fetched);
  const { replyTo } = message;
  if (!replyTo || all.some(({ seq }) => seq === replyTo.seq)) return message;
  return { ...message, replyTo: { ...replyTo, preview: null } };
}
