import type { Database } from '../../database/database';
import type { Identity } from '../accounts/identity';
import { tellOwnViews } from '../conversations/my.service';
import type { DomainEventBus } from '../domain-events';
import { hideMessage } from './hidden.queries';
import type { MessageWriter } from './message-writer';
import { messageFor, type MessagePlace } from './subject';

/** Deletes messages from one person's own view. Nobody else hears of it. */
export class HidingService {
  constructor(
    private readonly database: Database,
    private readonly writer: MessageWriter,
    private readonly bus: DomainEventBus,
  ) {}

  /** What is hidden already stays so. @throws not_found */
  async hide(caller: Identity, { kind, conversationId, messageId }: MessagePlace): Promise<void> {
    const { userId } = caller;
    const hidden = await this.writer.act({
      conversationId,
      apply: async (scene) => {
        const { message } = await messageFor(scene, { userId, kind, messageId });
        if (!message.hidden) await hideMessage(scene, userId, message.seq);
        return { result: !message.hidden, events: [] };
      },
    });
    if (hidden) await tellOwnViews(this.database, this.bus, conversationId, [userId]);
  }
}
