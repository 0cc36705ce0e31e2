import { z } from 'zod';
import type { Database, Db } from '../../database/database';
import { AppError } from '../../helpers/errors';
import type { Limits } from '../limits/limits';
import { enqueue } from '../notifications/outbox.queries';
import { commandIn, muteUntil, replies, type Command } from './commands';
import type { TelegramLinking } from './linking.service';
import { muteChat } from './telegram.queries';

/** An answer that comes later than this is none. */
const REPLY_MS = 10 * 60_000;

const Chat = z.object({ id: z.number().int(), type: z.string() });
/** What is used of one. Source: https://core.telegram.org/bots/api#update */
const Update = z.object({
  message: z.object({ chat: Chat, text: z.string().default('') }).optional(),
  my_chat_member: z.object({ chat: Chat, new_chat_member: z.object({ status: z.string() }) }).optional(),
});

/** In the transaction of what an update does. */
export type Within = (db: Db) => Promise<void>;

interface Dependencies {
  readonly database: Database;
  readonly limits: Limits;
  readonly linking: TelegramLinking;
  readonly outbox: { wake(): void };
  readonly clock?: () => Date;
}

/** What people write to the bot. The same update may come twice: the second time it does no harm. */
export class TelegramUpdates {
  constructor(private readonly deps: Dependencies) {}

  /** @param within runs in the transaction of what the update does, once */
  async handle(update: unknown, within: Within = () => Promise.resolve()): Promise<void> {
    const { message, my_chat_member: membership } = Update.safeParse(update).data ?? {};
    const { database, outbox } = this.deps;
    let isDone = false;
    const once: Within = async (db) => {
      await within(db);
      isDone = true;
    };
    if (message && (await this.isWithinLimit(message.chat.id))) {
      await this.answer(message.chat, message.text, once);
      outbox.wake();
    } else if (membership?.chat.type === 'private' && membership.new_chat_member.status === 'kicked') {
      await this.deps.linking.forget(String(membership.chat.id), once);
    }
    if (!isDone) await database.transaction(within);
  }

  private async answer({ id, type }: z.infer<typeof Chat>, text: string, within: Within): Promise<void> {
    const chatId = String(id);
    const reply = (db: Db, said: string): Promise<void> => this.reply(db, chatId, said, within);
    const alone = (said: string): Promise<void> => this.deps.database.transaction((db) => reply(db, said));
    const command = commandIn(text);
    if (type !== 'private') return command?.name === 'start' ? alone(replies.onlyPrivate) : undefined;
    return this.obey(command, chatId, reply, alone);
  }

  private async obey(
    command: Command | null,
    chatId: string,
    reply: (db: Db, said: string) => Promise<void>,
    alone: (said: string) => Promise<void>,
  ): Promise<void> {
    const { linking } = this.deps;
    const { name = 'help', argument = '' } = command ?? {};
    if (name === 'start' && argument !== '') return this.start(argument, chatId, reply, alone);
    const link = await linking.of(chatId);
    if (!link) return alone(replies.notLinked);
    const mute = (until: Date | null, said: string): Promise<void> =>
      this.deps.database.transaction(async (db) =>
        reply(db, (await muteChat(db, chatId, until)) ? said : replies.notLinked),
      );
    switch (name) {
      case 'start':
        return alone(replies.linked(link.username));
      case 'status':
        return alone(replies.status(link.username, { ...link, mutedUntil: this.standing(link.mutedUntil) }));
      case 'mute': {
        const until = muteUntil(argument, this.now());
        return until ? mute(until, replies.muted(until)) : alone(replies.badMute);
      }
      case 'unmute':
        return mute(null, replies.unmuted);
      case 'stop': {
        const wasLinked = await linking.forget(chatId, (db, username) => reply(db, replies.ended(username)));
        return wasLinked ? undefined : alone(replies.notLinked);
      }
      default:
        return alone(replies.help);
    }
  }

  private async start(
    code: string,
    chatId: string,
    reply: (db: Db, said: string) => Promise<void>,
    alone: (said: string) => Promise<void>,
  ): Promise<void> {
    const { limits, linking } = this.deps;
    if ((await limits.blockedForSeconds('wrongTelegramCode', chatId)) > 0) return alone(replies.tooManyCodes);
    const isGood = await linking.redeem(code, chatId, (db, username) => reply(db, replies.linked(username)));
    if (isGood) return;
    await limits.count('wrongTelegramCode', chatId);
    const link = await linking.of(chatId);
    await alone(
      link
        ? `${replies.badCode}\n\n${replies.status(link.username, { ...link, mutedUntil: this.standing(link.mutedUntil) })}`
        : replies.badCode,
    );
  }

  private async reply(db: Db, chatId: string, text: string, within: Within): Promise<void> {
    const now = this.now();
    const expiresAt = new Date(now.getTime() + REPLY_MS).toISOString();
    await within(db);
    await enqueue(db, 'telegram_message', { chatId, text, expiresAt }, now);
  }

  private standing(mutedUntil: Date | null): Date | null {
    return mutedUntil && mutedUntil > this.now() ? mutedUntil : null;
  }

  private async isWithinLimit(chatId: number): Promise<boolean> {
    try {
      await this.deps.limits.consume('telegramChat', String(chatId));
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  private now(): Date {
    return (this.deps.clock ?? (() => new Date()))();
  }
}
