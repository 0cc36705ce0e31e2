import type { Changes, Conversation, My, OwnView, Sync } from '../../../src/contracts/conversations';
import type { ConversationKind, Message } from '../../../src/contracts/messages';
import type { Api } from './api';
import { fetchAnew } from './fetch-anew';
import { HeldMessages } from './held-messages';

/** The server counts no further. */
const MOST_UNREAD = 1_000;

/** What a client holds of one conversation. */
interface Held {
  readonly kind: ConversationKind;
  title: string | null;
  version: number;
  myVersion: number;
  my: My;
  lastSeq: number;
  readonly messages: HeldMessages;
  /** by person; empty where the members are not shown */
  readonly roles: Map<string, string>;
  /** something came that does not follow on what is held: ask `changes` */
  gap: boolean;
}

/** What a client shows of a conversation, in a form that can be compared. */
export interface Shown extends Pick<Held, 'kind' | 'title' | 'version' | 'myVersion' | 'lastSeq' | 'my'> {
  readonly messages: readonly Message[];
  readonly roles: Readonly<Record<string, string>>;
}

const sortedRoles = (roles: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...roles].sort(([left], [right]) => (left < right ? -1 : 1)));

/**
 * A client's copy of its conversations, kept by the rules of the README and nothing else: apply an event whose version
 * is the next one, drop older ones, ask `changes` on a gap, `/sync` after an absence.
 */
export class Replica {
  private readonly held = new Map<string, Held>();
  private readonly wanted = new Map<string, ConversationKind>();
  private cursor: string | undefined;

  constructor(
    private readonly userId: string,
    private readonly api: Api,
  ) {}

  apply(name: string, payload: Record<string, unknown>): void {
    const id = payload.conversationId as string;
    switch (name) {
      case 'conversation_added':
        if (!this.held.has(id)) this.want(payload);
        break;
      case 'conversation_removed':
        this.drop(id);
        break;
      case 'chat_message':
      case 'group_message':
      case 'channel_broadcast':
        this.hearMessage(payload as unknown as Message);
        break;
      case 'message_edited':
      case 'message_pinned':
      case 'message_deleted':
      case 'reaction_changed':
        this.step(payload, (held) => held.messages.change(name, payload));
        break;
      case 'conversation_updated':
        this.step(payload, (held) => {
          if (payload.title !== undefined) held.title = payload.title as string;
          if (payload.prunedUptoSeq !== undefined) held.messages.prune(payload.prunedUptoSeq as number);
        });
        break;
      case 'member_changed':
        this.step(payload, (held) => {
          if (['joined', 'role'].includes(String(payload.change)))
            held.roles.set(String(payload.userId), String(payload.role));
          else held.roles.delete(String(payload.userId));
        });
        break;
      case 'inbox_update': {
        const held = this.held.get(id);
        if (!held) this.want(payload);
        else if ((payload.version as number) > held.version) held.gap = true;
        break;
      }
      case 'my_updated':
        this.hearMy(payload as unknown as OwnView);
        break;
    }
  }

  /** After a join: what the acknowledgement says is newer than what is held is fetched. */
  applyJoin(conversation: Conversation): void {
    const held = this.held.get(conversation.id);
    if (!held) this.wanted.set(conversation.id, conversation.kind);
    else if (conversation.version > held.version || conversation.myVersion > held.myVersion) held.gap = true;
  }

  /** What a client does after each reconnect and every few minutes. */
  async sync(): Promise<void> {
    const answer = await this.api.must<Sync>('GET', `/sync${this.cursor ? `?since=${this.cursor}` : ''}`);
    for (const item of answer.items) {
      const held = this.held.get(item.conversationId);
      if (item.removed) this.drop(item.conversationId);
      else if (!held) this.wanted.set(item.conversationId, item.kind);
      else if (held.version !== item.version || held.myVersion !== item.myVersion) held.gap = true;
    }
    await this.catchUp();
    this.cursor = answer.nextCursor;
  }

  /** Fetches what is new and fills the gaps. */
  async catchUp(): Promise<void> {
    for (const [id, kind] of [...this.wanted]) await this.fetch(kind, id);
    for (const [id, held] of [...this.held]) if (held.gap) await this.fill(id, held);
    for (const [id, held] of [...this.held]) await this.askWhose(id, held);
  }

  /** What people said in a conversation, as far as it is held: the latest one, or one that many before it, round and round. */
  said(id: string, back: number): Message | undefined {
    const messages = this.held.get(id)?.messages.shown() ?? [];
    const said = messages.filter(({ type }) => type !== 'system');
    return said.at(-1 - (back % Math.max(said.length, 1)));
  }

  shown(): Map<string, Shown> {
    return new Map(
      [...this.held].map(([id, held]) => {
        const messages = held.messages.shown();
        const from = Math.max(held.my.lastReadSeq, held.my.clearedUptoSeq);
        // Clients count what is unread themselves.
        const unread = messages.filter(
          ({ seq, senderId, type, deletedAt }) =>
            seq > from && senderId !== this.userId && type !== 'system' && !deletedAt,
        );
        const mentions = unread.filter((message) => names(message, this.userId));
        const counts = {
          unreadCount: Math.min(unread.length, MOST_UNREAD),
          mentionCount: mentions.length,
        };
        const my = { ...held.my, ...counts };
        const { kind, title, version, myVersion, lastSeq } = held;
        return [
          id,
          { kind, title, version, myVersion, lastSeq, my, messages, roles: sortedRoles(held.roles) },
        ];
      }),
    );
  }

  private want(payload: Record<string, unknown>): void {
    const kind = payload.groupId ? 'group' : payload.channelId ? 'channel' : 'chat';
    this.wanted.set(payload.conversationId as string, kind);
  }

  /** One event that takes a version of the conversation. */
  private step(payload: Record<string, unknown>, apply: (held: Held) => void): void {
    const held = this.held.get(payload.conversationId as string);
    const version = payload.version as number;
    if (!held) return this.want(payload);
    if (version > held.version + 1) held.gap = true;
    if (version !== held.version + 1) return;
    held.version = version;
    apply(held);
  }

  private hearMessage(message: Message): void {
    const held = this.held.get(message.conversationId);
    // A repetition may come with reactions, and does not say whose they are.
    if (held && message.reactions.length > 0) held.gap = true;
    else
      this.step(message, (its) => {
        its.lastSeq = Math.max(its.lastSeq, message.seq);
        its.messages.keep(message);
      });
  }

  /** One event that takes a version of the person's own view. */
  private hearMy(view: OwnView): void {
    const held = this.held.get(view.conversationId);
    if (held && view.myVersion > held.myVersion + 1) held.gap = true;
    else this.applyMy(view);
  }

  private applyMy({
    conversationId,
    my,
    myVersion,
    hidden = [],
  }: Pick<OwnView, 'conversationId' | 'my' | 'myVersion' | 'hidden'>): void {
    const held = this.held.get(conversationId);
    if (!held || held.myVersion >= myVersion) return;
    held.messages.hide(hidden);
    if (held.lastSeq <= (my.removedUptoSeq ?? -1)) return this.drop(conversationId);
    if (seesMembers(held.kind, my) !== seesMembers(held.kind, held.my))
      this.wanted.set(conversationId, held.kind);
    held.my = my;
    held.myVersion = myVersion;
    held.messages.clear(my.clearedUptoSeq);
  }

  private drop(id: string): void {
    this.held.delete(id);
    this.wanted.delete(id);
  }

  private async fetch(kind: ConversationKind, id: string): Promise<void> {
    this.wanted.delete(id);
    const fetched = await fetchAnew(this.api, kind, id);
    if (!fetched) return this.drop(id);
    const { conversation, messages, members, hidden } = fetched;
    // Late news of a chat that was deleted meanwhile.
    if (conversation.lastSeq <= (conversation.my.removedUptoSeq ?? -1)) return;
    const isNewer = ({ version }: { version: number }): boolean => version > conversation.version;
    // Newer ones are not covered by the version that is held; `changes` brings them.
    const covered = new HeldMessages(
      this.userId,
      messages.filter((message) => !isNewer(message)),
    );
    covered.clear(conversation.my.clearedUptoSeq);
    covered.prune(conversation.prunedUptoSeq);
    covered.hide(hidden);
    this.held.set(id, {
      kind,
      title: conversation.title,
      version: conversation.version,
      myVersion: conversation.myVersion,
      my: conversation.my,
      lastSeq: conversation.lastSeq,
      messages: covered,
      roles: new Map(members.map(({ user, role }) => [user.id, role])),
      gap: messages.some(isNewer) || members.some(isNewer),
    });
  }

  /** What is told of a channel's reactions does not say which are the person's own. */
  private async askWhose(id: string, { kind, messages }: Held): Promise<void> {
    for (const asked of messages.takeUnsure()) {
      const { status, body } = await this.api.call<Message>('GET', `/${kind}s/${id}/messages/${asked}`);
      if (status < 300) messages.own(body);
    }
  }

  private async fill(id: string, held: Held): Promise<void> {
    held.gap = false;
    for (;;) {
      const { status, body: changes } = await this.api.call<Changes>(
        'GET',
        `/${held.kind}s/${id}/changes?since=${held.version}&mySince=${held.myVersion}&limit=3`,
      );
      if (status === 404) return this.drop(id);
      if (changes.resetRequired) return this.fetch(held.kind, id);
      if (seesMembers(held.kind, changes.my) !== seesMembers(held.kind, held.my))
        return this.fetch(held.kind, id);
      held.messages.hide(changes.hidden);
      for (const message of changes.messages) held.messages.keep(message);
      for (const { userId, role, leftAt } of held.kind === 'chat' ? [] : changes.members)
        if (leftAt) held.roles.delete(userId);
        else held.roles.set(userId, role);
      held.title = changes.conversation.title;
      held.messages.prune(changes.conversation.prunedUptoSeq);
      held.version = Math.max(held.version, changes.version);
      held.lastSeq = Math.max(
        held.lastSeq,
        ...changes.messages.map((message) => message.seq),
        changes.conversation.lastSeq,
      );
      this.applyMy({ conversationId: id, my: changes.my, myVersion: changes.myVersion });
      if (!changes.hasMore) return;
    }
  }
}

/** Who may see the members only from now on has not seen those who came before: all is fetched anew. */
const seesMembers = (kind: ConversationKind, my: My): boolean =>
  kind !== 'chat' && my.capabilities.includes('seeMembers');

const names = ({ mentions }: Message, userId: string): boolean =>
  mentions.some((mention) => mention.kind === 'all' || mention.userId === userId);
