import type { TestServer } from '../../support/server';
import type { Known } from './deeds';

const DAY_MS = 86_400_000;

/** Messages that are older than they are kept. */
export class Age {
  /** by conversation: up to where messages were made old */
  private readonly oldUpTo = new Map<string, number>();

  constructor(private readonly server: Pick<TestServer, 'database' | 'container'>) {}

  /** Makes messages of a conversation older than it keeps them, whatever people do there meanwhile, and removes those. */
  async upTo({ id: conversationId }: Known, seq: number): Promise<void> {
    const { writer } = await this.server.database();
    this.oldUpTo.set(conversationId, Math.max(seq, this.oldUpTo.get(conversationId) ?? 0));
    await writer.conversation.updateMany({ where: { id: conversationId }, data: { retentionDays: 1 } });
    await writer.message.updateMany({
      where: { conversationId, seq: { lte: seq } },
      data: { createdAt: new Date(Date.now() - 2 * DAY_MS) },
    });
    await this.server.container.retention.sweep();
  }

  /** Up to where there may be nothing any more: 0 where nothing was old. */
  reached(conversationId: string): number {
    return this.oldUpTo.get(conversationId) ?? 0;
  }
}
