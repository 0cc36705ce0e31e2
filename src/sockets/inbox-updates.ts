import type { ConversationKind, Message } from '../contracts/messages';
import { previewOf, roomKey } from '../services/messages/message.presenter';
import type { Tell } from './emitter';
import { rooms } from './rooms';

interface Change {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly lastSeq: number;
  readonly version: number;
}

interface Waiting {
  change: Change;
  message: Message | undefined;
  readonly mentionedUserIds: Set<string>;
  mentionsAll: boolean;
}

/** What sockets hear of conversations they have not joined: where each one is, once a tick, and its last message if that is new. */
export class InboxUpdates {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly tell: Tell) {}

  addMessage(message: Message): void {
    const { conversationId, kind, seq, version } = message;
    const waiting = this.add({ conversationId, kind, lastSeq: seq, version });
    if ((waiting.message?.seq ?? 0) < seq) waiting.message = message;
    for (const mention of message.mentions)
      if (mention.kind === 'user') waiting.mentionedUserIds.add(mention.userId);
      else waiting.mentionsAll = true;
  }

  add(change: Change): Waiting {
    if (this.waiting.size === 0) setImmediate(() => this.flush());
    const known = this.waiting.get(change.conversationId);
    if (known) {
      if (known.change.version < change.version) known.change = change;
      return known;
    }
    const fresh = { change, message: undefined, mentionedUserIds: new Set<string>(), mentionsAll: false };
    this.waiting.set(change.conversationId, fresh);
    return fresh;
  }

  private flush(): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { change, message, mentionedUserIds, mentionsAll } of all)
      this.tell(rooms.inbox(change.conversationId), 'inbox_update', {
        conversationId: change.conversationId,
        ...roomKey(change.kind, change.conversationId),
        kind: change.kind,
        lastSeq: change.lastSeq,
        version: change.version,
        ...(message?.senderId && { senderId: message.senderId }),
        ...(mentionedUserIds.size > 0 && { mentionedUserIds: [...mentionedUserIds] }),
        ...(mentionsAll && { mentionsAll: true as const }),
        ...(message && { preview: previewOf(message.content ?? '', message.attachments[0]?.name) }),
      });
  }
}
