import type { Database } from '../../database/database';
import { standingSuspension } from '../accounts/suspensions.queries';
import type { TelegramMessage } from '../notifications/outbox.jobs';
import type { TelegramOutlet } from './outlet';
import { linkOf } from './telegram.queries';

/** The outbox's messages to Telegram: to a chat, or to the chat of a person who has one and is to hear of things in it. */
export class TelegramMessages {
  constructor(
    private readonly database: Database,
    private readonly outlet: TelegramOutlet,
  ) {}

  async deliver(message: TelegramMessage): Promise<void> {
    const chatId = 'chatId' in message ? message.chatId : await this.openChatOf(message.userId);
    if (chatId !== null) await this.outlet.send(chatId, message.text);
  }

  private async openChatOf(userId: string): Promise<string | null> {
    const { reader } = this.database;
    const now = new Date();
    const link = await linkOf(reader, userId);
    if (!link || (link.mutedUntil && link.mutedUntil > now)) return null;
    return (await standingSuspension(reader, userId, now)) ? null : link.chatId;
  }
}
