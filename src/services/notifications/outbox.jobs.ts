import type { Mail } from './mails';

/** Worth nothing after this moment (RFC 3339): the worker drops it unsent. */
interface Perishable {
  readonly expiresAt?: string;
}

/** A mail whose text waits in the outbox encrypted. */
export interface SealedMail extends Omit<Mail, 'text'> {
  readonly sealedText: string;
}

/** Every kind of outbox job, and what its row carries. */
export interface OutboxJobs {
  mail: (Mail | SealedMail) & Perishable;
  /** Somebody asked for the code of their sign-up again. */
  sign_up_code: { readonly emailKey: string } & Perishable;
  /** The next mails of an announcement are to be written. */
  announcement_mails: { readonly id: string; readonly after: string } & Perishable;
  /** Somebody forgot the password of the account of this address, if there is one. */
  password_reset_code: { readonly emailKey: string } & Perishable;
}

export type OutboxJobKind = keyof OutboxJobs;

/** @param jobId the same at every try */
export type OutboxHandler<Kind extends OutboxJobKind> = (
  payload: OutboxJobs[Kind],
  jobId: string,
) => Promise<void>;

/** Trying again cannot help: the job goes to the dead letters at once. */
export class PermanentFailure extends Error {}
