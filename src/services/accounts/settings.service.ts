import type { NotificationSettings, Settings } from '../../contracts/users';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { DomainEventBus } from '../domain-events';
import type { Identity } from './identity';
import type { UserChanges } from './user-changes';
import { presentNotifications, presentSettings } from './user.presenter';
import { findOwnProfile, type UserColumns } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly changes: UserChanges;
}

export type SettingsChanges = Partial<Omit<Settings, 'notifications'>> & {
  readonly notifications?: Partial<NotificationSettings> | undefined;
};

function notificationColumns({ telegram, email, preview, quietHours }: NotificationSettings): UserColumns {
  return {
    notifyTelegram: telegram,
    notifyEmail: email,
    notifyPreview: preview,
    quietFrom: quietHours?.from ?? null,
    quietTo: quietHours?.to ?? null,
    quietZone: quietHours?.timeZone ?? null,
    hearsAll: telegram === 'all' || email === 'all',
  };
}

/** What people show of themselves, and are told. */
export class SettingsService {
  constructor(private readonly deps: Dependencies) {}

  async get({ userId }: Pick<Identity, 'userId'>): Promise<Settings> {
    const row = await findOwnProfile(this.deps.database.reader, userId);
    if (!row) throw errors.unauthenticated('The account is gone');
    return presentSettings(row);
  }

  async change(
    { userId }: Pick<Identity, 'userId'>,
    { notifications, ...changed }: SettingsChanges,
  ): Promise<Settings> {
    const { after } = await this.deps.changes.apply(userId, (_db, before) => ({
      ...changed,
      ...(notifications && notificationColumns({ ...presentNotifications(before), ...notifications })),
    }));
    const settings = presentSettings(after);
    this.deps.bus.publish('settings.changed', { userId, settings });
    return settings;
  }
}
