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

/** In the place of a link that the person or the chat has. @throws a unique violation when another one came in between */
export async function replaceLink(db: Db, link: TelegramLink): Promise<void> {
  const { userId, chatId } = link;
  await db.telegramLink.deleteMany({ where: { userId } });
  await db.telegramLink.deleteMany({ where: { chatId } });
  await db.telegramLink.createMany({ data: [link] });
}

/** @returns whether the chat has a link */
export async function muteChat(db: Db, chatId: string, mutedUntil: Date | null): Promise<boolean> {
  const { count } = await db.telegramLink.updateMany({ where: { chatId }, data: { mutedUntil } });
  return count > 0;
}

/** In the place of the person's last one; under the person's lock. */
export async function replaceLinkCode(
  db: Db,
  code: { readonly userId: string; readonly codeHash: string; readonly expiresAt: Date },
): Promise<void> {
  await deleteLinkCode(db, code.userId);
  await db.telegramLinkCode.createMany({ data: [code] });
}

export async function deleteLinkCode(db: Db, userId: string): Promise<void> {
  await db.telegramLinkCode.deleteMany({ where: { userId } });
}

/** Whom a code links. Uses telegram_link_code_key. */
export async function ownerOfLinkCode(db: Db, codeHash: string, now: Date): Promise<string | null> {
  const found = await db.telegramLinkCode.findUnique({ where: { codeHash } });
  return found && found.expiresAt > now ? found.userId : null;
}

/** Uses a code up. @returns whether it was good */
export async function takeLinkCode(
  db: Db,
  { userId, codeHash, now }: { readonly userId: string; readonly codeHash: string; readonly now: Date },
): Promise<boolean> {
  const where = { userId, codeHash, expiresAt: { gt: now } };
  return (await db.telegramLinkCode.deleteMany({ where })).count > 0;
}

/** The next people who have a link, by id. A range of the primary key. */
export async function linkedAfter(
  db: Db,
  after: string,
  { until, limit }: { readonly until: string; readonly limit: number },
): Promise<string[]> {
  const rows = await db.telegramLink.findMany({
    where: { userId: { gt: after, lt: until } },
    orderBy: { userId: 'asc' },
    take: limit,
    select: { userId: true },
  });
  return rows.map(({ userId }) => userId);
}
