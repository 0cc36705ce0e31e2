import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { Config, MailConfig } from '../../config/env';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import type { Mail } from './mails';
import { PermanentFailure } from './outbox.jobs';

export interface Mailer {
  /**
   * Resolves when the mail server has taken the mail.
   * @param id the same for every try: receivers know by the Message-ID made of it that they have the mail already (RFC 5322, 3.6.4)
   * @throws PermanentFailure when it never will
   */
  send(mail: Mail, id: string): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
/** A server may take its time to look a mail through before it says that it has it. Less than the outbox gives a job, so that the socket is closed first. */
const SILENCE_MS = 55_000;

type SmtpConfig = Extract<MailConfig, { kind: 'smtp' }>;

/** The receiver's address is refused for good (RFC 5321: 550 no such mailbox, 551 not local, 553 not allowed). */
function isRefusedForGood(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return code === 'EENVELOPE' && [550, 551, 553].includes(responseCode ?? 0);
}

const domainOf = (from: string): string => /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';

const message = (from: string, { to, subject, text, unsubscribeUrl }: Mail, id: string) => ({
  messageId: `<${id}@${domainOf(from)}>`,
  from,
  to: { name: '', address: to },
  subject,
  text,
  // RFC 3834: vacation responders stay quiet.
  headers: {
    'Auto-Submitted': 'auto-generated',
    // RFC 8058, 3.1
    ...(unsubscribeUrl !== undefined && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  },
  disableFileAccess: true,
  disableUrlAccess: true,
});

export class SmtpMailer implements Mailer {
  private readonly transport;

  constructor(
    { host, port, secure, auth }: SmtpConfig,
    private readonly from: string,
  ) {
    this.transport = createTransport({
      host,
      port,
      secure,
      auth: auth ?? undefined,
      // The password never travels in the clear.
      requireTLS: auth !== null && !secure,
      pool: true,
      maxConnections: 3,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      dnsTimeout: TIMEOUT_MS,
    });
  }

  async send(mail: Mail, id: string): Promise<void> {
    try {
      await this.transport.sendMail(message(this.from, mail, id));
    } catch (error) {
      if (isRefusedForGood(error)) throw new PermanentFailure((error as Error).message, { cause: error });
      throw error;
    }
  }

  close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }
}

/** Writes each mail as an `.eml` file, for trying the server without a mail account. Names sort by time. */
export class FileMailer implements Mailer {
  private readonly transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });

  constructor(
    private readonly folder: string,
    private readonly from: string,
    private readonly logger: Logger,
  ) {}

  async send(mail: Mail, id: string): Promise<void> {
    const sent = await this.transport.sendMail(message(this.from, mail, id));
    const time = new Date().toISOString().replace(/[-:]/g, '');
    const receiver = mail.to.replace(/[^A-Za-z0-9@._+-]/g, '_').slice(0, 100);
    const file = path.join(this.folder, `${time}-${newId().slice(-6)}-${receiver}.eml`);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // Under another name until it is whole: who waits for `*.eml` never reads half of one.
    await writeFile(`${file}.part`, sent.message as Buffer, { mode: 0o600, flag: 'wx' });
    await rename(`${file}.part`, file);
    this.logger.info({ file }, 'mail written');
  }

  close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }
}

export function createMailer(config: Pick<Config, 'mail' | 'mailFrom' | 'dataDir'>, logger: Logger): Mailer {
  return config.mail.kind === 'smtp'
    ? new SmtpMailer(config.mail, config.mailFrom)
    : new FileMailer(path.join(config.dataDir, 'outbox'), config.mailFrom, logger);
}
