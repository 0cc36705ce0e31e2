import { errors, type AppError } from '../../helpers/errors';
import { sentAs } from './attachments.policy';
import type { Attached } from './attachments.queries';
import { answeredIn, callsEverybody, filesOf, mentionedIn, type BatchState } from './batch-state';
import type { Outcome } from './group-commit';
import type { Mention } from './mentions.queries';
import type { SendCommand, Sent, StoredMessage } from './message';
import { NOTHING } from './message-standing';
import { presentMessage } from './message.presenter';
import { slowModeWait } from './messages.policy';
import type { LockedConversation, SenderMembership } from './writer.queries';

const keyOf = (message: { senderId: string; conversationId: string; clientMessageId: string }): string =>
  `${message.senderId}/${message.conversationId}/${message.clientMessageId}`;

/** Gives a message its numbers. */
function numbered(
  command: SendCommand,
  conversation: LockedConversation,
  beside: Pick<StoredMessage, 'type' | 'mentionsAll' | 'replyToSeq'>,
  now: Date,
): StoredMessage {
  conversation.lastSeq += 1;
  conversation.version += 1;
  conversation.lastActivityAt = now;
  return {
    conversationId: command.conversationId,
    kind: conversation.kind,
    signed: conversation.signed,
    seq: conversation.lastSeq,
    id: command.id,
    version: conversation.version,
    senderId: command.senderId,
    content: command.content,
    clientMessageId: command.clientMessageId,
    requestHash: command.requestHash,
    createdAt: now,
    editedAt: null,
    deletedAt: null,
    pinnedAt: null,
    ...beside,
    forwardedFrom: command.forwardedFrom,
  };
}

/** A stored message with the very id of the command is what an earlier attempt committed before its answer was lost. */
function repeated(command: SendCommand, earlier: StoredMessage): Outcome<Sent> {
  return earlier.requestHash === command.requestHash
    ? { result: { message: earlier, presented: null, duplicate: earlier.id !== command.id } }
    : { refusal: errors.idempotencyMismatch() };
}

/** A batch being judged: what its keys stand for, and what is to be stored. */
export class Verdicts {
  readonly fresh: StoredMessage[] = [];
  readonly mentions: Mention[] = [];
  readonly attached: Attached[] = [];
  /** whose next message must wait */
  readonly slowed: SenderMembership[] = [];
  private readonly byKey = new Map<string, StoredMessage>();

  constructor(
    private readonly state: BatchState,
    /** of the commands whose senders may not post */
    private readonly refusals: ReadonlyMap<SendCommand, AppError>,
    stored: readonly StoredMessage[],
    private readonly now: Date,
  ) {
    for (const message of stored) this.byKey.set(keyOf(message), message);
  }

  /** A repeated key is answered before permissions are asked. */
  of(command: SendCommand): Outcome<Sent> {
    const key = keyOf(command);
    const earlier = this.byKey.get(key);
    if (earlier) return repeated(command, earlier);
    const conversation = this.state.conversations.get(command.conversationId);
    const refusal = this.refusals.get(command);
    if (refusal || !conversation) return { refusal: refusal ?? errors.notFound(command.kind) };
    const waitSeconds = this.slowedDown(command, conversation);
    if (waitSeconds > 0) return { refusal: errors.slowMode(waitSeconds) };
    const mentionsAll = callsEverybody(this.state, command, conversation);
    const answered = answeredIn(this.state, command);
    const files = filesOf(this.state, command);
    const beside = { type: sentAs(command, files), mentionsAll, replyToSeq: answered?.seq ?? null };
    const message = numbered(command, conversation, beside, this.now);
    const mentionedIds = mentionedIn(this.state, command, conversation);
    this.byKey.set(key, message);
    this.fresh.push(message);
    const { conversationId, seq } = message;
    this.mentions.push(...mentionedIds.map((userId) => ({ userId, conversationId, seq })));
    this.attached.push(...files.map((file, position) => ({ conversationId, seq, position, file })));
    const isPlain = mentionedIds.length === 0 && answered === null && files.length === 0;
    const standing = isPlain ? NOTHING : { ...NOTHING, mentionedIds, answered, files };
    return { result: { message, presented: presentMessage(message, standing), duplicate: false } };
  }

  /** @returns seconds until the sender's next message; 0 when this one may go, which is then their last one */
  private slowedDown({ senderId }: SendCommand, { id, kind, slowModeSeconds }: LockedConversation): number {
    const sender = slowModeSeconds > 0 ? this.state.memberships.get(`${id}/${senderId}`) : undefined;
    if (!sender) return 0;
    const { role, postedAt } = sender;
    const waitSeconds = slowModeWait({ slowModeSeconds, kind, role, postedAt }, this.now);
    if (waitSeconds > 0) return waitSeconds;
    sender.postedAt = this.now;
    this.slowed.push(sender);
    return 0;
  }
}
