import type { NotificationSettings, OwnProfile, Role, Settings, Told, User } from '../../contracts/users';
import { avatarUrlOf } from '../avatars/avatar-url';

/** The columns of a person that everybody signed in may see. */
export const publicColumns = {
  id: true,
  username: true,
  displayName: true,
  bio: true,
  avatarKey: true,
  deletedAt: true,
  isBot: true,
} as const;

export const settingsColumns = {
  readReceipts: true,
  typing: true,
  lastSeen: true,
  notifyTelegram: true,
  notifyEmail: true,
  notifyPreview: true,
  quietFrom: true,
  quietTo: true,
  quietZone: true,
} as const;

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
  readonly isBot: boolean;
}

export interface NotificationsRow {
  readonly notifyTelegram: string;
  readonly notifyEmail: string;
  readonly notifyPreview: boolean;
  readonly quietFrom: string | null;
  readonly quietTo: string | null;
  readonly quietZone: string | null;
}

export interface SettingsRow extends NotificationsRow {
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
export function presentUser({
  id,
  username,
  displayName,
  bio,
  avatarKey,
  deletedAt,
  isBot,
}: PublicUserRow): User {
  return {
    id,
    username,
    displayName,
    avatarUrl: avatarUrlOf(avatarKey),
    bio,
    ...(isBot && { isBot: true as const }),
    ...(deletedAt && { deleted: true as const }),
  };
}

export function presentNotifications(row: NotificationsRow): NotificationSettings {
  const { quietFrom: from, quietTo: to, quietZone: timeZone } = row;
  return {
    telegram: row.notifyTelegram as Told,
    email: row.notifyEmail as Told,
    preview: row.notifyPreview,
    quietHours: from !== null && to !== null && timeZone !== null ? { from, to, timeZone } : null,
  };
}

export function presentSettings({ readReceipts, typing, lastSeen, ...row }: SettingsRow): Settings {
  return {
    readReceipts,
    typing,
    lastSeen: lastSeen as Settings['lastSeen'],
    notifications: presentNotifications(row),
  };
}

/** One's own profile. An account exists only once its address is proven; a bot has none. */
export function presentOwnProfile(row: OwnUserRow): OwnProfile {
  return {
    ...presentUser(row),
    email: row.email,
    emailVerified: !row.isBot,
    role: row.role as Role,
    settings: presentSettings(row),
    twoFactor: row.twoFactor,
    telegram: row.telegramLink !== null,
    createdAt: row.createdAt.toISOString(),
  };
}
