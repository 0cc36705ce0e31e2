import type { Db } from '../../database/database';

export interface TelegramLink {
  readonly userId: string;
  readonly chatId: string;
  /** nothing is to be sent until then */
  readonly mutedUntil: Date | null;
  readonly linkedAt: Date;
}

/** By primary key. */
export function linkOf(db: Db, userId: string): Promise<TelegramLink | null> {
  return db.telegramLink.findUnique({ where: { userId } });
}

/** Those of these people who have a link. By primary key. */
export function linksOf(db: Db, userIds: readonly string[]): Promise<TelegramLink[]> {
  return db.telegramLink.findMany({ where: { userId: { in: [...userIds] } } });
}

/** By telegram_link_chat_key. */
export function linkOfChat(db: Db, chatId: string): Promise<TelegramLink | null> {
  return db.telegramLink.findUnique({ where: { chatId } });
}

/** @returns whether there was a link */
export async function unlink(
  db: Db,
  which: { readonly userId: string } | { readonly chatId: string },
): Promise<boolean> {
  const { count } = await db.telegramLink.deleteMany({ where: which });
  return count > 0;
}
