import type { Mail } from './mails';

/** Worth nothing after this moment (RFC 3339): the worker drops it unsent. */
interface Perishable {
  readonly expiresAt?: string;
}

/** A mail whose text waits in the outbox encrypted. */
export interface SealedMail extends Omit<Mail, 'text'> {
  readonly sealedText: string;
}

/** A message to a Telegram chat; to a person: to the one they have linked when it is sent. */
export type TelegramMessage = { readonly text: string } & (
  { readonly chatId: string } | { readonly userId: string }
);

/** Every kind of outbox job, and what its row carries. */
export interface OutboxJobs {
  mail: (Mail | SealedMail) & Perishable;
  /** Somebody asked for the code of their sign-up again. */
  sign_up_code: { readonly emailKey: string } & Perishable;
  /** The next mails of an announcement are to be written. */
  announcement_mails: { readonly id: string; readonly after: string } & Perishable;
  /** The next Telegram messages of an announcement are to be written. */
  announcement_telegrams: { readonly id: string; readonly after: string } & Perishable;
  telegram_message: TelegramMessage & Perishable;
  /** Somebody is to be told of a conversation: what is read by then is not. */
  telegram_alert: {
    readonly bundleId: string;
    readonly userId: string;
    readonly conversationId: string;
  } & Perishable;
  /** Somebody is to be told of all that waits for them, in one mail. */
  email_digest: { readonly bundleId: string; readonly userId: string } & Perishable;
  /** Somebody forgot the password of the account of this address, if there is one. */
  password_reset_code: { readonly emailKey: string } & Perishable;
}

export type OutboxJobKind = keyof OutboxJobs;

/** Each lane has workers of its own: jobs of one do not wait for those of another. */
export type OutboxLane = 'mail' | 'digest' | 'telegram';

export const LANES: { readonly [Kind in OutboxJobKind]: OutboxLane } = {
  mail: 'mail',
  sign_up_code: 'mail',
  announcement_mails: 'mail',
  announcement_telegrams: 'mail',
  password_reset_code: 'mail',
  telegram_message: 'telegram',
  telegram_alert: 'telegram',
  email_digest: 'digest',
};

/** @param jobId the same at every try */
export type OutboxHandler<Kind extends OutboxJobKind> = (
  payload: OutboxJobs[Kind],
  jobId: string,
) => Promise<void>;

/** Trying again cannot help: the job goes to the dead letters at once. */
export class PermanentFailure extends Error {}

/** Whoever the job was done for asks for some time: the try does not count. */
export class RetryLater extends Error {
  constructor(
    readonly afterMs: number,
    reason: string,
  ) {
    super(reason);
  }
}
