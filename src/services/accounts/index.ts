import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { avatarsInUse } from '../avatars/avatars.queries';
import type { AvatarsService } from '../avatars/avatars.service';
import type { DomainEventBus } from '../domain-events';
import type { Limits } from '../limits/limits';
import type { OutboxWorker } from '../notifications/outbox.worker';
import { MailSeal } from '../notifications/sealed-mails';
import { EmailChangeService } from './email-change.service';
import { OneTimeCodes } from './one-time-codes';
import { OwnAvatarService } from './own-avatar.service';
import { OwnPassword } from './own-password';
import { PasswordChangeService } from './password-change.service';
import { PasswordHasher } from './password-hasher';
import { PasswordsService } from './passwords.service';
import { ProfilesService } from './profiles.service';
import { SessionTouches } from './session-touches';
import { SessionsService } from './sessions.service';
import { SettingsService } from './settings.service';
import { SignInService } from './sign-in.service';
import { SignUpService } from './sign-up.service';
import { SecondFactor } from './second-factor';
import { sweepExpired } from './sweep';
import { TokenIssuer } from './tokens';
import { TwoFactorService } from './two-factor.service';
import { UserChanges } from './user-changes';

export type { Identity, Origin } from './identity';
export { presentUser } from './user.presenter';
export { isThere, usersByIds } from './users.queries';

/** 2^12 rounds take a quarter of a second; tests have nothing to guard. */
const BCRYPT_COST = { production: 12, development: 12, test: 4 } as const;

export interface Accounts {
  readonly signUp: SignUpService;
  readonly signIn: SignInService;
  readonly sessions: SessionsService;
  readonly passwords: PasswordsService;
  readonly ownPassword: OwnPassword;
  readonly passwordChange: PasswordChangeService;
  readonly emailChange: EmailChangeService;
  readonly twoFactor: TwoFactorService;
  readonly profiles: ProfilesService;
  readonly ownAvatar: OwnAvatarService;
  readonly settings: SettingsService;
  readonly changes: UserChanges;
  /** Deletes what has expired, and pictures that are nobody's; for a timer. */
  sweep(): Promise<void>;
  /** Waits for what is written behind the requests' back; before the database is closed. */
  close(): Promise<void>;
}

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly limits: Limits;
  readonly config: Pick<Config, 'environment' | 'tokens' | 'publicUrl'>;
  readonly logger: Logger;
  readonly outbox: Pick<OutboxWorker, 'handle' | 'wake'>;
  readonly avatars: AvatarsService;
  readonly clock?: () => Date;
}

/** The accounts capability, wired. It takes over the outbox jobs that look an address up. */
export function createAccounts({
  database,
  bus,
  limits,
  config,
  logger,
  outbox,
  avatars,
  clock = () => new Date(),
}: Dependencies): Accounts {
  const hasher = new PasswordHasher(BCRYPT_COST[config.environment]);
  const codes = new OneTimeCodes(config.tokens.refreshSecret);
  const mailSeal = new MailSeal(config.tokens.refreshSecret);
  const tokens = new TokenIssuer(config.tokens, clock);
  const touches = new SessionTouches(database, logger, clock);
  const sessions = new SessionsService({ database, bus, tokens, touches, clock });
  const signUp = new SignUpService({ database, limits, outbox, mailSeal, codes, hasher, sessions, clock });
  const secondFactor = new SecondFactor(limits, config.tokens.refreshSecret);
  const signIn = new SignInService({ database, limits, outbox, hasher, sessions, secondFactor, clock });
  const passwords = new PasswordsService({
    database,
    limits,
    outbox,
    mailSeal,
    codes,
    hasher,
    sessions,
    clock,
  });
  const changes = new UserChanges({ database, bus, clock });
  const ownPassword = new OwnPassword({ database, limits, hasher });
  const passwordChange = new PasswordChangeService({
    database,
    outbox,
    hasher,
    ownPassword,
    sessions,
    clock,
  });
  const emailChange = new EmailChangeService({
    database,
    limits,
    outbox,
    mailSeal,
    codes,
    ownPassword,
    changes,
    clock,
  });
  const twoFactor = new TwoFactorService({
    database,
    outbox,
    ownPassword,
    secondFactor,
    changes,
    issuer: config.publicUrl ? new URL(config.publicUrl).hostname : 'chat',
    clock,
  });
  const profiles = new ProfilesService({ database, changes });
  const ownAvatar = new OwnAvatarService({ database, avatars, changes });
  const settings = new SettingsService({ database, bus, changes });

  outbox.handle('sign_up_code', ({ emailKey }) => signUp.sendCodeAgain(emailKey));
  outbox.handle('password_reset_code', ({ emailKey }) => passwords.sendResetCode(emailKey));
  return {
    signUp,
    signIn,
    sessions,
    passwords,
    ownPassword,
    passwordChange,
    emailChange,
    twoFactor,
    profiles,
    ownAvatar,
    settings,
    changes,
    async sweep() {
      await sweepExpired(database, clock());
      await avatars.sweep((keys) => avatarsInUse(database.reader, keys));
    },
    close: () => touches.close(),
  };
}
