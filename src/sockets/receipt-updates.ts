import type { DomainEvents } from '../services/domain-events';
import { roomKey } from '../services/messages/message.presenter';
import type { Tell } from './emitter';
import { rooms } from './rooms';

type Receipt = DomainEvents['receipt.moved'];

/** Milliseconds over which watermarks are coalesced: a person scrolling moves theirs with every message. */
const COALESCE_MS = 1_000;

/** Tells watermarks to those who show theirs, once a second and person at most. They only go forward, so the last one tells all. */
export class ReceiptUpdates {
  private readonly moved = new Map<string, Receipt>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: Tell) {}

  add(receipt: Receipt): void {
    const key = `${receipt.conversationId}/${receipt.userId}`;
    const earlier = this.moved.get(key) ?? receipt;
    // Two moves may be told in the other order than they were made.
    this.moved.set(key, {
      ...receipt,
      deliveredSeq: Math.max(receipt.deliveredSeq, earlier.deliveredSeq),
      readSeq: Math.max(receipt.readSeq, earlier.readSeq),
    });
    this.timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private flush(): void {
    this.timer = undefined;
    for (const { conversationId, kind, userId, deliveredSeq, readSeq } of this.moved.values()) {
      const common = { roomId: conversationId, conversationId, ...roomKey(kind, conversationId), userId };
      this.tell(rooms.receipts(conversationId), 'message_delivered', { ...common, seq: deliveredSeq });
      if (readSeq > 0) this.tell(rooms.receipts(conversationId), 'message_read', { ...common, seq: readSeq });
    }
    this.moved.clear();
  }
}
