import type { OwnProfile, Role, Settings, User } from '../../contracts/users';
import { avatarUrlOf } from '../avatars/avatar-url';

/** The columns of a person that everybody signed in may see. */
export const publicColumns = {
  id: true,
  username: true,
  displayName: true,
  bio: true,
  avatarKey: true,
  deletedAt: true,
} as const;

export const settingsColumns = { readReceipts: true, typing: true, lastSeen: true } as const;

/** And those that only the person sees. */
export const ownColumns = {
  ...publicColumns,
  ...settingsColumns,
  email: true,
  role: true,
  twoFactor: true,
  telegramLink: { select: { linkedAt: true } },
  createdAt: true,
} as const;

export interface PublicUserRow {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bio: string;
  readonly avatarKey: string | null;
  readonly deletedAt: Date | null;
}

export interface SettingsRow {
  readonly readReceipts: boolean;
  readonly typing: boolean;
  readonly lastSeen: string;
}

export interface OwnUserRow extends PublicUserRow, SettingsRow {
  readonly email: string;
  readonly role: string;
  readonly twoFactor: boolean;
  readonly telegramLink: { readonly linkedAt: Date } | null;
  readonly createdAt: Date;
}

/** What anybody signed in may see of a person. */
export function presentUser({ id, username, displayName, bio, avatarKey, deletedAt }: PublicUserRow): User {
  return {
    id,
    username,
    displayName,
    avatarUrl: avatarUrlOf(avatarKey),
    bio,
    ...(deletedAt && { deleted: true as const }),
  };
}

export function presentSettings({ readReceipts, typing, lastSeen }: SettingsRow): Settings {
  return { readReceipts, typing, lastSeen: lastSeen as Settings['lastSeen'] };
}

/** One's own profile. An account exists only once its address is proven. */
export function presentOwnProfile(row: OwnUserRow): OwnProfile {
  return {
    ...presentUser(row),
    email: row.email,
    emailVerified: true,
    role: row.role as Role,
    settings: presentSettings(row),
    twoFactor: row.twoFactor,
    telegram: row.telegramLink !== null,
    createdAt: row.createdAt.toISOString(),
  };
}
