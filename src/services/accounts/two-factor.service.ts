import type { Proof, RecoveryCodes, SecondFactorSecret } from '../../contracts/two-factor';
import type { Database, Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import { twoFactorOffMail, twoFactorOnMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import type { Identity, Origin } from './identity';
import type { OwnPassword } from './own-password';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes';
import type { SecondFactor } from './second-factor';
import { deleteSecondFactor, findSecondFactor, replaceRecoveryCodes } from './second-factor.queries';
import { otpauthUrl } from './totp';
import type { UserChanges } from './user-changes';
import { findStanding, holdPerson } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly outbox: { wake(): void };
  readonly ownPassword: OwnPassword;
  readonly secondFactor: SecondFactor;
  readonly changes: UserChanges;
  /** the server's name in authenticator apps */
  readonly issuer: string;
  readonly clock: () => Date;
}

async function renewCodes(db: Db, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  const hashes = codes.map((code) => recoveryCodeHash(userId, code));
  await replaceRecoveryCodes(db, userId, hashes);
  return codes;
}

/** People have sign-ins ask for more than a password. */
export class TwoFactorService {
  constructor(private readonly deps: Dependencies) {}

  /** Whether somebody's sign-ins ask for a code. */
  async isOn({ userId }: Pick<Identity, 'userId'>): Promise<boolean> {
    return (await findStanding(this.deps.database.reader, userId))?.twoFactor ?? false;
  }

  /** @throws invalid_credentials, account_locked, rate_limited; conflict when it is on */
  async begin(identity: Identity, password: string, origin: Origin): Promise<SecondFactorSecret> {
    const { database, ownPassword, secondFactor, issuer, clock } = this.deps;
    const { userId } = identity;
    await ownPassword.confirm(identity, password, origin);
    return database.transaction(async (db) => {
      const now = clock();
      const held = await holdPerson(db, { id: userId }, now);
      const user = held ? await findStanding(db, userId) : null;
      if (!user) throw errors.unauthenticated('The account is gone');
      if (user.twoFactor) throw errors.conflict('Two-factor is on: switch it off first');
      const secret = await secondFactor.begin(db, userId, now);
      return { secret, otpauthUrl: otpauthUrl(secret, { issuer, label: user.username }) };
    });
  }

  /** @throws code_invalid, account_locked; conflict when it is on or was not begun */
  async confirm({ userId }: Identity, code: string, origin: Origin): Promise<RecoveryCodes> {
    const { outbox, secondFactor, changes } = this.deps;
    let recoveryCodes: string[] = [];
    await secondFactor.counting(userId, code, origin, () =>
      changes.apply(userId, async (db, user, now) => {
        if (user.twoFactor) throw errors.conflict('Two-factor is on');
        if (!(await findSecondFactor(db, userId))) throw errors.conflict('Ask for a secret first');
        await secondFactor.take(db, user, code, now);
        recoveryCodes = await renewCodes(db, userId);
        await enqueue(db, 'mail', twoFactorOnMail({ to: user.email, username: user.username }), now);
        return { twoFactor: true };
      }),
    );
    outbox.wake();
    return { recoveryCodes };
  }

  /** @throws invalid_credentials, code_invalid, account_locked, rate_limited; not_found when it is off */
  async end(identity: Identity, proof: Proof, origin: Origin): Promise<void> {
    await this.proven(identity, proof, origin, async (db, { email, username }, now) => {
      await deleteSecondFactor(db, identity.userId);
      await enqueue(db, 'mail', twoFactorOffMail({ to: email, username }), now);
      return { twoFactor: false };
    });
  }

  /** @throws as `end` */
  async renewRecoveryCodes(identity: Identity, proof: Proof, origin: Origin): Promise<RecoveryCodes> {
    let recoveryCodes: string[] = [];
    await this.proven(identity, proof, origin, async (db) => {
      recoveryCodes = await renewCodes(db, identity.userId);
      return {};
    });
    return { recoveryCodes };
  }

  private async proven(
    identity: Identity,
    { password, code }: Proof,
    origin: Origin,
    work: Parameters<UserChanges['apply']>[1],
  ): Promise<void> {
    const { outbox, ownPassword, secondFactor, changes } = this.deps;
    const { userId } = identity;
    await ownPassword.confirm(identity, password, origin);
    await secondFactor.counting(userId, code, origin, () =>
      changes.apply(userId, async (db, user, now) => {
        if (!user.twoFactor) throw errors.notFound('second factor');
        await secondFactor.take(db, user, code, now);
        return work(db, user, now);
      }),
    );
    outbox.wake();
  }
}
