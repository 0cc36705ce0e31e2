import type { OwnProfile } from '../../contracts/users';
import type { Database } from '../../database/database';
import type { AvatarsService } from '../avatars/avatars.service';
import type { Identity } from './identity';
import type { UserChanges } from './user-changes';
import { presentOwnProfile } from './user.presenter';
import { findUser } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly avatars: AvatarsService;
  readonly changes: UserChanges;
}

/** One's own picture. The new file is there before the row names it, the old one goes after. */
export class OwnAvatarService {
  constructor(private readonly deps: Dependencies) {}

  /** @throws unsupported_media_type, validation_failed for too many pixels, unavailable */
  async change({ userId }: Identity, picture: Buffer): Promise<OwnProfile> {
    const { avatars, changes } = this.deps;
    const avatarKey = await avatars.store(picture);
    const { before, after } = await changes.apply(userId, () => ({ avatarKey }));
    if (before.avatarKey) await avatars.discard(before.avatarKey);
    return presentOwnProfile(after);
  }

  async remove({ userId }: Identity): Promise<void> {
    const { database, avatars, changes } = this.deps;
    const user = await findUser(database.reader, userId);
    if (user?.avatarKey === null) return;
    const { before } = await changes.apply(userId, () => ({ avatarKey: null }));
    if (before.avatarKey) await avatars.discard(before.avatarKey);
  }
}
