import type { ConversationKind, HistoryPage, Message, SendBody, SentMessage } from '../../contracts/messages';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { sha256 } from '../../helpers/hashing';
import { newId } from '../../helpers/ids';
import { codePoints } from '../../helpers/text';
import type { Identity } from '../accounts/identity';
import type { ConversationAccess } from '../conversations/access';
import type { ConversationRow } from '../conversations/membership';
import type { SendCommand } from './message';
import { presentMessage } from './message.presenter';
import { namedIn } from './mentions';
import { messageView } from './message-views';
import type { MessageWriter } from './message-writer';
import { viewsBetween } from './post-views.queries';
import {
  messageById,
  messagesAt,
  messagesBetween,
  pinnedMessages,
  toReadMessage,
  type ReadMessage,
} from './messages.queries';

export interface HistoryRange {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
  readonly limit: number;
}

/** What a person says; who they are, and the message's id, come from the service. */
type Said = Omit<SendCommand, 'id' | 'senderId' | 'sessionId' | 'clientMessageId'> & {
  readonly clientMessageId: string | undefined;
};

/** What a repetition must say again: without what it does not have. */
function requestHash({ type, content, replyTo, attachmentIds = [] }: SendBody): string {
  if (attachmentIds.length > 0)
    return sha256(JSON.stringify([type ?? null, content, replyTo ?? null, attachmentIds]));
  return sha256(JSON.stringify(replyTo === undefined ? ['text', content] : ['text', content, replyTo]));
}

const END = 2_147_483_647;

/** Pinned messages of one conversation. */
export const MOST_PINS = 50;

export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
    private readonly writer: MessageWriter,
    private readonly maxLength: number,
  ) {}

  /**
   * Stores a message and tells the conversation; resolves after the commit. The same key again answers what is stored.
   * @param originSocketId the socket that gets the acknowledgement instead of the event
   * @throws validation_failed, not_found, idempotency_mismatch, unavailable (outcome unknown: retry with the same clientMessageId)
   */
  async send(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    body: SendBody,
    originSocketId?: string,
  ): Promise<SentMessage> {
    if (codePoints(body.content) > this.maxLength)
      throw errors.validationFailed([
        { path: 'content', message: `must have at most ${this.maxLength} characters` },
      ]);
    const { type, content, attachmentIds: fileIds = [], clientMessageId, replyTo = null } = body;
    return this.deliver(caller, {
      conversationId,
      kind,
      type: fileIds.length === 0 ? 'text' : (type ?? null),
      content,
      fileIds,
      clientMessageId,
      requestHash: requestHash(body),
      replyTo,
      names: namedIn(content),
      forwardedFrom: null,
      originSocketId,
    });
  }

  /** Stores what a person says, in whichever way they came to say it. @throws as `send` */
  async deliver(caller: Identity, said: Said): Promise<SentMessage> {
    const id = newId();
    const { message, presented, duplicate } = await this.writer.send({
      id,
      conversationId: said.conversationId,
      kind: said.kind,
      senderId: caller.userId,
      sessionId: caller.sessionId,
      type: said.type,
      content: said.content,
      fileIds: said.fileIds,
      clientMessageId: said.clientMessageId ?? id,
      requestHash: said.requestHash,
      replyTo: said.replyTo,
      names: said.names,
      forwardedFrom: said.forwardedFrom,
      originSocketId: said.originSocketId,
    });
    if (presented) return presented;
    const [row] = await messagesAt(this.database.reader, [message], [caller.userId]);
    const stored = row ? messageView(toReadMessage(row, message), caller.userId) : presentMessage(message);
    return { ...stored, ...(duplicate && { duplicate: true as const }) };
  }

  /** @throws not_found */
  async one(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    messageId: string,
  ): Promise<Message> {
    const { message } = await this.visible(caller, kind, conversationId, messageId);
    const [view] = await this.present(caller, [message]);
    if (!view) throw errors.notFound('message');
    return view;
  }

  /** A message that the caller may read. @throws not_found */
  async visible(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    messageId: string,
  ): Promise<{ readonly message: ReadMessage; readonly conversation: ConversationRow }> {
    const { clearedUptoSeq, conversation } = await this.access.reader(caller, kind, conversationId);
    const row = await messageById(this.database.reader, conversationId, messageId, caller.userId);
    if (!row || row.seq <= clearedUptoSeq) throw errors.notFound('message');
    return { message: toReadMessage(row, conversation), conversation };
  }

  /** A page of history, oldest first; the latest one without a range. @throws not_found */
  async history(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    range: HistoryRange,
  ): Promise<HistoryPage> {
    const { clearedUptoSeq: cleared, conversation } = await this.access.reader(caller, kind, conversationId);
    const { older, newer } = split(range);
    const db = this.database.reader;
    const here = { conversationId, viewerId: caller.userId };
    const olderRange = { ...here, above: cleared, below: older?.seq ?? 0 };
    const newerRange = { ...here, above: Math.max(newer?.seq ?? 0, cleared), below: END };
    const [before, after] = await Promise.all([
      older ? messagesBetween(db, olderRange, 'newest', older.count + 1) : [],
      newer ? messagesBetween(db, newerRange, 'oldest', newer.count + 1) : [],
    ]);
    const rows = [...before.slice(0, older?.count).reverse(), ...after.slice(0, newer?.count)];
    const messages = rows.map((row) => toReadMessage(row, conversation));
    const first = messages.at(0)?.seq;
    const last = messages.at(-1)?.seq;
    const gone = Math.max(cleared, conversation.prunedUptoSeq);
    const moreOlder = older ? before.length > older.count : first !== undefined && first > gone + 1;
    // Without a lower bound the page ends with the newest message there is.
    const moreNewer = newer ? after.length > newer.count : range.before !== undefined && last !== undefined;
    return {
      items: await this.present(caller, messages),
      nextCursor: moreOlder && first !== undefined ? String(first) : null,
      prevCursor: moreNewer && last !== undefined ? String(last) : null,
    };
  }

  /** What is pinned, the latest pin first. @throws not_found */
  async pinned(caller: Identity, kind: ConversationKind, conversationId: string): Promise<Message[]> {
    const { clearedUptoSeq, conversation } = await this.access.reader(caller, kind, conversationId);
    const place = { conversationId, viewerId: caller.userId, above: clearedUptoSeq };
    const rows = await pinnedMessages(this.database.reader, place, MOST_PINS);
    return this.present(
      caller,
      rows.map((row) => toReadMessage(row, conversation)),
    );
  }

  /** Messages of one conversation, oldest first, as somebody sees who asks for them: those of channels with how many have seen them. */
  private async present({ userId }: Identity, messages: readonly ReadMessage[]): Promise<Message[]> {
    const [first, last] = [messages.at(0), messages.at(-1)];
    const shown = messages.map((message) => messageView(message, userId));
    if (first?.kind !== 'channel' || !last) return shown;
    const views = await viewsBetween(this.database.reader, first.conversationId, first.seq, last.seq);
    return shown.map((message) => ({ ...message, viewCount: views.get(message.seq) ?? 0 }));
  }
}

interface Side {
  readonly seq: number;
  readonly count: number;
}

/** How many messages to read on which side of which seq. `around` is in the middle of its page. */
function split({ before, after, around, limit }: HistoryRange): { older?: Side; newer?: Side } {
  if (after !== undefined) return { newer: { seq: after, count: limit } };
  if (around === undefined) return { older: { seq: before ?? END, count: limit } };
  const newerCount = Math.floor(limit / 2);
  return { older: { seq: around + 1, count: limit - newerCount }, newer: { seq: around, count: newerCount } };
}
