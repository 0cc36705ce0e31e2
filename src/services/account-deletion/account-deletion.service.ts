import type { Database, Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import { emailKeyOf } from '../accounts/account-keys';
import type { Identity, Origin } from '../accounts/identity';
import type { OwnPassword } from '../accounts/own-password';
import { deleteSessions } from '../accounts/sessions.queries';
import type { SessionsService } from '../accounts/sessions.service';
import { deletePendingSignUps } from '../accounts/sign-up.queries';
import type { OwnUserRow } from '../accounts/user.presenter';
import { bumpUser, findPasswordHash } from '../accounts/users.queries';
import { actOn } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { hasOtherOwner } from '../admin/roles.queries';
import { recordAudit } from '../audit/record';
import type { AvatarsService } from '../avatars/avatars.service';
import { accountDeletedMail } from '../notifications/mails';
import { deleteJobsFor, enqueue } from '../notifications/outbox.queries';
import { tellWebhooks } from '../webhooks/telling';
import {
  addressesToConfirm,
  buryUser,
  forgetPerson,
  ownedWithOthers,
  type MessagesFate,
  type OwnedConversation,
} from './account-deletion.queries';

/** Conversations that one answer names. */
const MAX_NAMED = 50;

interface Dependencies {
  readonly database: Database;
  readonly ownPassword: OwnPassword;
  readonly sessions: SessionsService;
  readonly avatars: AvatarsService;
  readonly outbox: { wake(): void };
  readonly erasure: { begin(userId: string): void };
  readonly clock?: () => Date;
}

interface Buried {
  readonly sessionIds: readonly string[];
  readonly avatarKey: string | null;
}

/** People go, for good. */
export class AccountDeletionService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * There is no account any more when it resolves: sessions, names and address, settings, codes, blocks, invites. What takes longer, out
   * of each conversation and with the messages, is done behind it, whatever happens meanwhile.
   * @throws invalid_credentials, account_locked, rate_limited; unauthenticated when it was gone already; conflict while somebody else is in
   * a group or channel of theirs, or when nobody else owns the server
   */
  async delete(
    identity: Identity,
    { password, messages }: { readonly password: string; readonly messages: MessagesFate },
    origin: Origin,
  ): Promise<void> {
    const { database, ownPassword } = this.deps;
    const { userId } = identity;
    const passwordHash = await ownPassword.confirm(identity, password, origin);
    const buried = await database.transaction((db) =>
      this.bury(db, userId, messages, async ({ role }) => {
        if ((await findPasswordHash(db, userId)) !== passwordHash) throw errors.invalidCredentials();
        const owned = await ownedWithOthers(db, userId, MAX_NAMED);
        if (owned.length > 0) throw stillOwned(owned);
        if (role === 'owner' && !(await hasOtherOwner(db, userId))) throw onlyOwner();
      }),
    );
    await this.buried(userId, buried);
  }

  /**
   * The same, by an admin: what they own goes to whoever has been an admin there, or else in it, for longest, and goes with them when
   * nobody else is in it.
   * @throws forbidden, not_found
   */
  async deleteBy(admin: Admin, userId: string, messages: MessagesFate): Promise<void> {
    const buried = await this.deps.database.transaction(async (db) => {
      const { role } = await actOn(db, admin, userId, this.now());
      const target = { targetType: 'user', targetId: userId } as const;
      await recordAudit(db, {
        actor: admin,
        action: 'user.deleted',
        ...target,
        before: { role },
        after: { messages },
      });
      return this.bury(db, userId, messages, null);
    });
    await this.buried(userId, buried);
  }

  private now(): Date {
    return (this.deps.clock ?? (() => new Date()))();
  }

  private async buried(userId: string, { sessionIds, avatarKey }: Buried): Promise<void> {
    const { sessions, avatars, outbox, erasure } = this.deps;
    sessions.publishEnded(sessionIds, 'revoked');
    outbox.wake();
    erasure.begin(userId);
    if (avatarKey) await avatars.discard(avatarKey);
  }

  /**
   * Nothing here locks a conversation: a message's foreign key locks its sender's row, which is locked first.
   * @param mustMayGo what would keep the person themselves; `null`: an admin does it
   */
  private async bury(
    db: Db,
    userId: string,
    messages: MessagesFate,
    mustMayGo: ((before: OwnUserRow) => Promise<void>) | null,
  ): Promise<Buried> {
    const now = this.now();
    const before = (await bumpUser(db, userId, now))?.row;
    if (!before) throw errors.unauthenticated('The account is gone');
    await mustMayGo?.(before);
    const { email, username, avatarKey } = before;
    await buryUser(db, userId, { erasure: messages, now });
    const sessionIds = await deleteSessions(db, userId);
    await tellWebhooks(db, 'user.deleted', { userId, byAdmin: mustMayGo === null });
    const addresses = before.isBot ? [] : [email, ...(await addressesToConfirm(db, userId))];
    await forgetPerson(db, userId);
    if (before.isBot) return { sessionIds, avatarKey };
    await deletePendingSignUps(db, emailKeyOf(email));
    await deleteJobsFor(
      db,
      addresses.flatMap((to) => [{ to }, { emailKey: emailKeyOf(to) }]),
    );
    await enqueue(db, 'mail', accountDeletedMail({ to: email, username, byAdmin: mustMayGo === null }), now);
    return { sessionIds, avatarKey };
  }
}

const onlyOwner = (): Error =>
  errors.conflict('You are the only owner of this server: hand the role over first');

const stillOwned = (owned: readonly OwnedConversation[]): Error =>
  errors.conflict(
    'Other people are in groups or channels that you own: transfer or delete them first',
    owned.map(({ id, kind, title }) => ({ path: `${kind}s/${id}`, message: title ?? '' })),
  );
