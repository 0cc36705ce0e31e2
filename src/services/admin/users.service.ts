import type {
  AdministeredUser,
  AdministeredUserDetails,
  AdministeredUserPage,
  AdministeredUsersQuery,
  Suspension as ShownSuspension,
} from '../../contracts/admin-users';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor, pageOf } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { foldCase } from '../../helpers/text';
import type { Suspension } from '../accounts/suspensions.queries';
import { presentUser } from '../accounts/user.presenter';
import { bytesOf } from '../files/file.queries';
import {
  administeredUser,
  administeredUsers,
  countsOf,
  suspendedUsers,
  type AdministeredRow,
} from './users.queries';

export const presentSuspension = ({ reason, until, byId, createdAt }: Suspension): ShownSuspension => ({
  reason,
  until: until && until.toISOString(),
  byId,
  createdAt: createdAt.toISOString(),
});

const present = (row: AdministeredRow): AdministeredUser => ({
  ...presentUser(row),
  email: row.email,
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  suspension: row.suspension && presentSuspension(row.suspension),
});

/** What admins see of people: nothing of what they wrote. */
export class AdministeredUsersService {
  constructor(private readonly database: Database) {}

  async list({ search, status, role, limit, cursor }: AdministeredUsersQuery): Promise<AdministeredUserPage> {
    const { database } = this;
    const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['text'])[0]);
    const prefix = search === undefined ? undefined : foldCase(search);
    const asked = { prefix, status, role, after, limit: limit + 1 };
    const byId = status === 'suspended' && prefix === undefined;
    const found = await (byId ? suspendedUsers : administeredUsers)(database, asked, new Date());
    const { rows, nextCursor } = pageOf(found, limit, ({ id, usernameKey }) =>
      encodeCursor(byId ? id : usernameKey),
    );
    return { items: rows.map(present), nextCursor };
  }

  /** @throws not_found */
  async get(userId: string): Promise<AdministeredUserDetails> {
    const { reader, dialect } = this.database;
    const now = new Date();
    const row = await administeredUser(reader, userId, now);
    if (!row) throw errors.notFound('user');
    const { lastActivityAt, ...counts } = await countsOf(reader, dialect, userId, now);
    return {
      ...present(row),
      lastActivityAt: lastActivityAt && lastActivityAt.toISOString(),
      storageBytes: await bytesOf(reader, userId),
      ...counts,
    };
  }
}
