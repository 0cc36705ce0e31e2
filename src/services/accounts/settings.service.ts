import type { Settings } from '../../contracts/users';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { DomainEventBus } from '../domain-events';
import type { Identity } from './identity';
import type { UserChanges } from './user-changes';
import { presentSettings } from './user.presenter';
import { findOwnProfile } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly changes: UserChanges;
}

/** What people show of themselves. */
export class SettingsService {
  constructor(private readonly deps: Dependencies) {}

  async get({ userId }: Identity): Promise<Settings> {
    const row = await findOwnProfile(this.deps.database.reader, userId);
    if (!row) throw errors.unauthenticated('The account is gone');
    return presentSettings(row);
  }

  async change({ userId }: Identity, changed: Partial<Settings>): Promise<Settings> {
    const { after } = await this.deps.changes.apply(userId, () => changed);
    const settings = presentSettings(after);
    this.deps.bus.publish('settings.changed', { userId, settings });
    return settings;
  }
}
