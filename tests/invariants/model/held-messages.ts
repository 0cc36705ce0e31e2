import type { Mention, Message, Reaction } from '../../../src/contracts/messages';
import { previewOf } from '../../../src/services/messages/message.presenter';

/** The messages of one conversation that a client holds. */
export class HeldMessages {
  private readonly bySeq = new Map<number, Message>();
  /** deleted for the person: whatever comes of them is not kept */
  private readonly hidden = new Set<number>();
  private clearedUptoSeq = 0;
  private prunedUptoSeq = 0;
  /** by id: messages of which it is known how many have reacted, not who */
  private readonly unsure = new Set<string>();

  constructor(
    private readonly userId: string,
    messages: readonly Message[] = [],
  ) {
    for (const message of messages) this.keep(message);
  }

  /** An event or an answer may be older than the clearing that this client has heard of: what is cleared stays gone. */
  keep(message: Message): void {
    if (message.seq > this.clearedUptoSeq && !this.hidden.has(message.seq))
      this.bySeq.set(message.seq, message);
  }

  clear(uptoSeq: number): void {
    this.clearedUptoSeq = Math.max(this.clearedUptoSeq, uptoSeq);
    for (const seq of [...this.bySeq.keys()]) if (seq <= uptoSeq) this.bySeq.delete(seq);
  }

  /** Removed for their age: what answers one shows nothing of it. */
  prune(uptoSeq: number): void {
    this.prunedUptoSeq = Math.max(this.prunedUptoSeq, uptoSeq);
    this.clear(uptoSeq);
  }

  hide(seqs: readonly number[]): void {
    for (const seq of seqs) {
      this.hidden.add(seq);
      this.bySeq.delete(seq);
    }
  }

  /** What an event says of a message that was there before. */
  change(name: string, payload: Record<string, unknown>): void {
    const message = this.bySeq.get(payload.seq as number);
    if (!message) return;
    const { pinnedAt, ...rest } = { ...message, version: payload.version as number };
    switch (name) {
      case 'message_edited': {
        const { content, editedAt, mentions } = payload as {
          content: string;
          editedAt: string;
          mentions: Mention[];
        };
        return this.keep({ ...rest, ...(pinnedAt && { pinnedAt }), content, editedAt, mentions });
      }
      case 'message_pinned':
        return this.keep({
          ...rest,
          ...(payload.pinnedAt !== null && { pinnedAt: payload.pinnedAt as string }),
        });
      case 'message_deleted': {
        const { replyTo: _, forwardedFrom: __, ...left } = rest;
        const deletedAt = payload.deletedAt as string;
        return this.keep({
          ...left,
          content: null,
          attachments: [],
          mentions: [],
          reactions: [],
          deletedAt,
        });
      }
      case 'reaction_changed': {
        const counts = payload.reactions as Reaction[] | undefined;
        if (counts) this.unsure.add(message.id);
        const reactions = counts
          ? counts.map((reaction) => ({ ...reaction, mine: isMine(message, reaction.emoji) }))
          : this.reacted(message.reactions, payload);
        return this.keep({ ...rest, ...(pinnedAt && { pinnedAt }), reactions });
      }
    }
  }

  /** The ids of those whose reactions may or may not be the person's: each is told once. */
  takeUnsure(): string[] {
    const ids = [...this.unsure];
    this.unsure.clear();
    return ids;
  }

  /** Takes over which reactions are the person's own, and nothing else. */
  own(told: Message): void {
    const held = this.bySeq.get(told.seq);
    if (!held) return;
    const reactions = held.reactions.map((one) => ({ ...one, mine: isMine(told, one.emoji) }));
    this.bySeq.set(told.seq, { ...held, reactions });
  }

  /** By seq, as they can be compared. */
  shown(): Message[] {
    const messages = [...this.bySeq.values()].sort((left, right) => left.seq - right.seq);
    return messages.map((message) => asShown(this.withoutPruned(message), this.bySeq));
  }

  private withoutPruned(message: Message): Message {
    if (!message.replyTo || message.replyTo.seq > this.prunedUptoSeq) return message;
    const { replyTo: _, ...rest } = message;
    return rest;
  }

  private reacted(before: readonly Reaction[], payload: Record<string, unknown>): Reaction[] {
    const { emoji, userId, added, count } = payload as {
      emoji: string;
      userId: string;
      added: boolean;
      count: number;
    };
    const known = before.find((reaction) => reaction.emoji === emoji);
    const mine = userId === this.userId ? added : (known?.mine ?? false);
    if (!known) return [...before, { emoji, count, mine }];
    return before.flatMap((reaction) => {
      if (reaction !== known) return reaction;
      return count === 0 ? [] : { emoji, count, mine };
    });
  }
}

const isMine = ({ reactions }: Message, emoji: string): boolean =>
  reactions.some((reaction) => reaction.emoji === emoji && reaction.mine === true);

/** An address of a file is another one each hour. */
export function withAddress(message: Message): Message {
  const attachments = message.attachments.map((file) => ({ ...file, url: file.url.replace(/\?.*/, '') }));
  return { ...message, attachments };
}

/** An answer shows what it answers as that is now; a client that does not hold that cannot know. */
function asShown(held: Message, bySeq: ReadonlyMap<number, Message>): Message {
  const message = withAddress(held);
  if (!message.replyTo) return message;
  const answered = bySeq.get(message.replyTo.seq);
  const text = answered?.content ?? null;
  const preview = answered && text !== null ? previewOf(text, answered.attachments[0]?.name) : null;
  return { ...message, replyTo: { ...message.replyTo, preview } };
}
