import type { TelegramLinkOffer } from '../../contracts/telegram';
import type { Database, Db } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { AppError, errors } from '../../helpers/errors';
import { randomToken, sha256 } from '../../helpers/hashing';
import type { Identity } from '../accounts/identity';
import { standingSuspension } from '../accounts/suspensions.queries';
import type { UserChanges } from '../accounts/user-changes';
import { holdPerson, usersByIds } from '../accounts/users.queries';
import { telegramLinkedMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import type { BotApi } from './bot-api';
import { replies } from './commands';
import {
  deleteLinkCode,
  linkOf,
  linkOfChat,
  ownerOfLinkCode,
  replaceLink,
  replaceLinkCode,
  takeLinkCode,
  unlink,
  type TelegramLink,
} from './telegram.queries';

const CODE_MINUTES = 10;
/** Two chats of one person, or two people with one chat, at the same moment. */
const ATTEMPTS = 3;
const UNAVAILABLE_SECONDS = 10;

interface Dependencies {
  readonly database: Database;
  readonly changes: UserChanges;
  readonly api: BotApi;
  readonly outbox: { wake(): void };
  readonly clock?: () => Date;
}

/** What else happens in the transaction: who is linked is told its name. */
type Within = (db: Db, username: string) => Promise<void>;

class BadCode extends Error {}

/** People link the Telegram chat that they hear of messages in: one each, and a chat has one person. */
export class TelegramLinking {
  constructor(private readonly deps: Dependencies) {}

  /** A link to the bot that links the chat in which it is opened. The last one is worth nothing any more. @throws unavailable */
  async offer({ userId }: Identity): Promise<TelegramLinkOffer> {
    const { database, api } = this.deps;
    const bot = await api.username().catch((error: unknown) => {
      throw errors.unavailable(UNAVAILABLE_SECONDS, error);
    });
    const code = randomToken();
    const now = this.now();
    const expiresAt = new Date(now.getTime() + CODE_MINUTES * 60_000);
    await database.transaction(async (db) => {
      if (!(await holdPerson(db, { id: userId }, now))) throw errors.unauthenticated('The account is gone');
      await replaceLinkCode(db, { userId, codeHash: sha256(code), expiresAt });
    });
    return { url: `https://t.me/${bot}?start=${code}`, expiresAt: expiresAt.toISOString() };
  }

  /** No chat is linked to the caller, and no code links one; the chat is told. */
  async end({ userId }: Identity): Promise<void> {
    const { changes, outbox } = this.deps;
    await changes.apply(userId, async (db, { username }, now) => {
      await deleteLinkCode(db, userId);
      const link = await linkOf(db, userId);
      if (link && (await unlink(db, { userId }))) await tell(db, link, replies.ended(username), now);
      return {};
    });
    outbox.wake();
  }

  /**
   * Links a chat to whoever asked for the code. Whatever either was linked to gives way: who has the code has been signed in a moment ago,
   * and who writes has the chat. The owner is told by mail.
   * @returns whether the code was good
   */
  async redeem(code: string, chatId: string, within: Within): Promise<boolean> {
    const { database } = this.deps;
    const codeHash = sha256(code);
    const userId = await ownerOfLinkCode(database.reader, codeHash, this.now());
    if (userId === null) return false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.link({ userId, codeHash, chatId }, within);
        return true;
      } catch (error) {
        if (error instanceof BadCode) return false;
        if (error instanceof AppError && error.code === 'unauthenticated') return false;
        if (!isUniqueViolation(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Unlinks a chat. @returns whether it was linked */
  async forget(chatId: string, within: Within = () => Promise.resolve()): Promise<boolean> {
    const { database, changes } = this.deps;
    const link = await linkOfChat(database.reader, chatId);
    if (!link) return false;
    await changes.apply(link.userId, async (db, { username }) => {
      await unlink(db, { chatId });
      await within(db, username);
      return {};
    });
    return true;
  }

  /** The link of a chat, and who has it. */
  async of(chatId: string): Promise<(TelegramLink & { readonly username: string }) | null> {
    const { reader } = this.deps.database;
    const link = await linkOfChat(reader, chatId);
    const user = link && (await usersByIds(reader, [link.userId])).get(link.userId);
    return user ? { ...link, username: user.username } : null;
  }

  private async link(
    {
      userId,
      codeHash,
      chatId,
    }: { readonly userId: string; readonly codeHash: string; readonly chatId: string },
    within: Within,
  ): Promise<void> {
    const { changes, outbox } = this.deps;
    let displaced: string | undefined;
    await changes.apply(userId, async (db, { username, email }, now) => {
      if (await standingSuspension(db, userId, now)) throw new BadCode();
      if (!(await takeLinkCode(db, { userId, codeHash, now }))) throw new BadCode();
      const before = await linkOf(db, userId);
      displaced = (await linkOfChat(db, chatId))?.userId;
      await replaceLink(db, { userId, chatId, mutedUntil: null, linkedAt: now });
      if (before && before.chatId !== chatId) await tell(db, before, replies.movedAway(username), now);
      await within(db, username);
      await enqueue(db, 'mail', telegramLinkedMail({ to: email, username }), now);
      return {};
    });
    outbox.wake();
    // Its devices see it when they look next, should this fail.
    if (displaced !== undefined && displaced !== userId)
      await changes.apply(displaced, () => ({})).catch(() => undefined);
  }

  private now(): Date {
    return (this.deps.clock ?? (() => new Date()))();
  }
}

function tell(db: Db, { chatId }: TelegramLink, text: string, now: Date): Promise<void> {
  return enqueue(db, 'telegram_message', { chatId, text }, now);
}
