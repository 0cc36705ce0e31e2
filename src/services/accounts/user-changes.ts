import type { Database, Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { DomainEventBus } from '../domain-events';
import type { OwnUserRow } from './user.presenter';
import { bumpUser, findOwnProfile, updateUser, type UserColumns } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly clock: () => Date;
}

interface Changed {
  readonly before: OwnUserRow;
  readonly after: OwnUserRow;
}

type Work = (db: Db, before: OwnUserRow, now: Date) => UserColumns | Promise<UserColumns>;

/** The one way a person's own row changes: under its lock, with the next `userVersion`, told to the person's devices. */
export class UserChanges {
  constructor(private readonly deps: Dependencies) {}

  /**
   * @param work what else happens in the transaction; it may run more than once
   * @throws unauthenticated when the account is gone; a unique violation when the username or the address has another one
   */
  async apply(userId: string, work: Work): Promise<Changed> {
    const { database, bus, clock } = this.deps;
    const { userVersion, ...changed } = await database.transaction(async (db) => {
      const now = clock();
      const bumped = await bumpUser(db, userId, now);
      if (!bumped) throw errors.unauthenticated('The account is gone');
      await updateUser(db, userId, await work(db, bumped.row, now));
      const after = (await findOwnProfile(db, userId)) ?? bumped.row;
      return { before: bumped.row, after, userVersion: bumped.userVersion };
    });
    bus.publish('user.updated', { userId, userVersion });
    return changed;
  }
}
