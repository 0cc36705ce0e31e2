import type { User } from '../../contracts/users';
import type { Db } from '../../database/database';
import { displayNameKeyOf, emailKeyOf, keyOfNobody, usernameKeyOf } from './account-keys';
import {
  ownColumns,
  presentUser,
  publicColumns,
  type OwnUserRow,
  type PublicUserRow,
} from './user.presenter';

/** The last code point: behind everything that begins with the same prefix. */
const LAST = '\u{10FFFF}';

export interface Credentials extends OwnUserRow {
  readonly passwordHash: string;
}

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly bio?: string;
  /** it has no address, and nothing is its password */
  readonly isBot?: boolean;
}

/** @throws a unique violation when the address or the username has an account */
export async function insertUser(db: Db, user: NewUser, now: Date): Promise<OwnUserRow> {
  const { isBot = false, bio = '' } = user;
  const row = {
    ...user,
    isBot,
    emailKey: isBot ? keyOfNobody(user.id) : emailKeyOf(user.email),
    usernameKey: usernameKeyOf(user.username),
    displayNameKey: displayNameKeyOf(user.displayName),
    bio,
    avatarKey: null,
    deletedAt: null,
    role: 'user',
    twoFactor: false,
    readReceipts: true,
    typing: true,
    lastSeen: 'everyone',
    notifyTelegram: 'mentions',
    notifyEmail: 'mentions',
    notifyPreview: true,
    quietFrom: null,
    quietTo: null,
    quietZone: null,
    userVersion: 1,
    createdAt: now,
    updatedAt: now,
  };
  await db.user.createMany({ data: [row] });
  return { ...row, telegramLink: null };
}

export function findCredentials(
  db: Db,
  key: { emailKey: string } | { usernameKey: string },
): Promise<Credentials | null> {
  return db.user.findUnique({
    where: { ...key, deletedAt: null, isBot: false },
    select: { ...ownColumns, passwordHash: true },
  });
}

export async function findPasswordHash(db: Db, id: string): Promise<string | undefined> {
  return (await db.user.findUnique({ where: { id, deletedAt: null }, select: { passwordHash: true } }))
    ?.passwordHash;
}

/** What a sign-in goes by. */
export function findStanding(
  db: Db,
  id: string,
): Promise<{ passwordHash: string; twoFactor: boolean; email: string; username: string } | null> {
  return db.user.findUnique({
    where: { id, deletedAt: null },
    select: { passwordHash: true, twoFactor: true, email: true, username: true },
  });
}

export function findUserByEmail(
  db: Db,
  emailKey: string,
): Promise<{ id: string; email: string; username: string } | null> {
  return db.user.findUnique({ where: { emailKey }, select: { id: true, email: true, username: true } });
}

export async function isUsernameTaken(db: Db, usernameKey: string): Promise<boolean> {
  return (await db.user.findUnique({ where: { usernameKey }, select: { id: true } })) !== null;
}

export function findOwnProfile(db: Db, id: string): Promise<OwnUserRow | null> {
  return db.user.findUnique({ where: { id, deletedAt: null }, select: ownColumns });
}

/** Of a deleted account what is left of it. */
export function findUser(db: Db, id: string): Promise<PublicUserRow | null> {
  return db.user.findUnique({ where: { id }, select: publicColumns });
}

/** Public profiles by id, in one query, of deleted accounts what is left of them; ids that never had an account are left out. */
export async function usersByIds(db: Db, ids: readonly string[]): Promise<Map<string, User>> {
  if (ids.length === 0) return new Map();
  const rows = await db.user.findMany({ where: { id: { in: [...new Set(ids)] } }, select: publicColumns });
  return new Map(rows.map((row) => [row.id, presentUser(row)]));
}

/** Whether somebody has an account now. */
export async function isThere(db: Db, id: string): Promise<boolean> {
  return (await db.user.findUnique({ where: { id, deletedAt: null }, select: { id: true } })) !== null;
}

/** Holds the lock of a person's row until the transaction ends. @returns whether the account is there, and has the address if one is given */
export async function holdPerson(
  db: Db,
  who: { readonly id: string; readonly emailKey?: string },
  now: Date,
): Promise<boolean> {
  const where = { ...who, deletedAt: null };
  return (await db.user.updateMany({ where, data: { updatedAt: now } })).count === 1;
}

/** Columns of a person's row that change together; `userVersion` and `updatedAt` are seen to. */
export interface UserColumns {
  readonly username?: string;
  readonly usernameKey?: string;
  readonly email?: string;
  readonly emailKey?: string;
  readonly displayName?: string;
  readonly displayNameKey?: string;
  readonly bio?: string;
  readonly avatarKey?: string | null;
  readonly readReceipts?: boolean;
  readonly typing?: boolean;
  readonly lastSeen?: string;
  readonly notifyTelegram?: string;
  readonly notifyEmail?: string;
  readonly notifyPreview?: boolean;
  readonly quietFrom?: string | null;
  readonly quietTo?: string | null;
  readonly quietZone?: string | null;
  readonly hearsAll?: boolean;
  readonly twoFactor?: boolean;
}

export interface VersionedUser {
  readonly row: OwnUserRow;
  readonly userVersion: number;
}

/**
 * Gives a person's row its next version and holds its lock until the transaction ends.
 * @returns the row as it was, with the new version; `undefined` when the account is gone
 */
export async function bumpUser(db: Db, id: string, now: Date): Promise<VersionedUser | undefined> {
  await db.user.updateMany({
    where: { id, deletedAt: null },
    data: { userVersion: { increment: 1 }, updatedAt: now },
  });
  const found = await db.user.findUnique({
    where: { id, deletedAt: null },
    select: { ...ownColumns, userVersion: true },
  });
  if (!found) return undefined;
  const { userVersion, ...row } = found;
  return { row, userVersion };
}

/** @throws a unique violation when the username or the address has an account */
export async function updateUser(db: Db, id: string, columns: UserColumns): Promise<void> {
  await db.user.updateMany({ where: { id }, data: columns });
}

export async function updatePassword(db: Db, id: string, passwordHash: string, now: Date): Promise<void> {
  await db.user.updateMany({ where: { id, deletedAt: null }, data: { passwordHash, updatedAt: now } });
}

/** The same if the password is still the one of `from`. */
export async function replacePassword(
  db: Db,
  id: string,
  { from, to, now }: { readonly from: string; readonly to: string; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.user.updateMany({
    where: { id, passwordHash: from },
    data: { passwordHash: to, updatedAt: now },
  });
  return count === 1;
}

export type FoundUser = PublicUserRow & { readonly usernameKey: string };

interface Search {
  readonly prefix: string;
  readonly limit: number;
  /** the usernameKey to go on behind */
  readonly after: string;
}

/**
 * People whose username or display name begins with the case-folded prefix, by usernameKey. Ranges instead of LIKE: nothing
 * to escape, and each query reads its own index (user_username_key, user_display_name).
 */
export async function searchUsers(db: Db, { prefix, limit, after }: Search): Promise<FoundUser[]> {
  const select = { ...publicColumns, usernameKey: true } as const;
  const orderBy = { usernameKey: 'asc' } as const;
  const begins = { gte: prefix, lt: prefix + LAST };
  const byUsername = await db.user.findMany({
    where: { usernameKey: { ...begins, gt: after }, deletedAt: null },
    orderBy,
    take: limit,
    select,
  });
  const byDisplayName = await db.user.findMany({
    where: { displayNameKey: begins, usernameKey: { gt: after }, deletedAt: null },
    orderBy,
    take: limit,
    select,
  });
  const found = new Map([...byUsername, ...byDisplayName].map((row) => [row.usernameKey, row]));
  // Usernames are ASCII: code unit order is the databases' order.
  return [...found.values()].sort((a, b) => (a.usernameKey < b.usernameKey ? -1 : 1)).slice(0, limit);
}
