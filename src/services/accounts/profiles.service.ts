import type { OwnProfile, User } from '../../contracts/users';
import type { Database } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { displayNameKeyOf, usernameKeyOf } from './account-keys';
import type { Identity } from './identity';
import { presentOwnProfile, presentUser } from './user.presenter';
import type { UserChanges } from './user-changes';
import { findOwnProfile, findUser, searchUsers } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly changes: UserChanges;
}

interface ProfileChanges {
  readonly username?: string;
  readonly displayName?: string;
  readonly bio?: string;
}

interface Search {
  readonly search: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** People, as they show themselves. */
export class ProfilesService {
  constructor(private readonly deps: Dependencies) {}

  async me({ userId }: Identity): Promise<OwnProfile> {
    const row = await findOwnProfile(this.deps.database.reader, userId);
    if (!row) throw errors.unauthenticated('The account is gone');
    return presentOwnProfile(row);
  }

  /** A name that is given up is free at once. @throws username_taken */
  async change({ userId }: Identity, { username, displayName, bio }: ProfileChanges): Promise<OwnProfile> {
    const columns = {
      ...(username !== undefined && { username, usernameKey: usernameKeyOf(username) }),
      ...(displayName !== undefined && { displayName, displayNameKey: displayNameKeyOf(displayName) }),
      ...(bio !== undefined && { bio }),
    };
    try {
      const { after } = await this.deps.changes.apply(userId, () => columns);
      return presentOwnProfile(after);
    } catch (error) {
      throw isUniqueViolation(error) ? errors.usernameTaken() : error;
    }
  }

  /** @throws not_found */
  async get(userId: string): Promise<User> {
    const row = await findUser(this.deps.database.reader, userId);
    if (!row) throw errors.notFound('person');
    return presentUser(row);
  }

  /** People by username; `nextCursor` goes on behind the last one, whoever comes or goes meanwhile. */
  async search({ search, limit, cursor }: Search): Promise<{ items: User[]; nextCursor: string | null }> {
    const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['text'])[0]);
    // One more than the page tells whether there is another.
    const found = await searchUsers(this.deps.database.reader, {
      prefix: displayNameKeyOf(search),
      limit: limit + 1,
      after,
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(presentUser),
      nextCursor: found.length > limit && last ? encodeCursor(last.usernameKey) : null,
    };
  }
}
