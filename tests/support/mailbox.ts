import type { AddressInfo } from 'node:net';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { rememberMail } from './log-watch';
import { eachOnce } from './waiting';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly from: string;
  readonly headers: ParsedMail['headers'];
}

/** A real SMTP server that keeps what it is given. */
export interface Mailbox {
  readonly port: number;
  /** Everything received, oldest first. */
  readonly received: readonly Mail[];
  /** While true every mail is refused for the moment (451). */
  refusing: boolean;
  /** While true mails are received, and nobody is told that they were. */
  silent: boolean;
  /** The first mail to this address that `waitForMail` has not given out yet, now or as soon as it comes. */
  waitForMail(to: string, subject?: RegExp, timeoutMs?: number): Promise<Mail>;
  /** The six digits of the next mail to this address that has any. */
  codeFor(email: string): Promise<string>;
  close(): Promise<void>;
}

const addresses = (field: AddressObject | AddressObject[] | undefined): string =>
  [field ?? []]
    .flat()
    .flatMap((part) => part.value.map(({ address }) => address ?? ''))
    .join(', ');

function asMail(parsed: ParsedMail): Mail {
  return {
    to: addresses(parsed.to),
    from: addresses(parsed.from),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers: parsed.headers,
  };
}

export async function openMailbox(): Promise<Mailbox> {
  const received: Mail[] = [];
  const waiting = eachOnce<Mail>(() => received);
  const mailbox = { refusing: false, silent: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onMailFrom(_address, _session, callback) {
      if (!mailbox.refusing) return callback();
      callback(Object.assign(new Error('try again later'), { responseCode: 451 }));
    },
    onData(stream, _session, callback) {
      simpleParser(stream)
        .then((parsed) => {
          const mail = asMail(parsed);
          received.push(mail);
          rememberMail(mail.text);
          if (!mailbox.silent) callback();
          waiting.look();
        })
        .catch(callback);
    },
  });
  // A client that is killed in the middle of a mail is no news.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const next = (what: string, matches: (mail: Mail) => boolean, timeoutMs: number): Promise<Mail> =>
    waiting.next(what, matches, timeoutMs, () => received.map(({ to, subject }) => `${to}: ${subject}`));
  const isTo = (mail: Mail, to: string): boolean => mail.to.toLowerCase() === to.toLowerCase();
  return Object.assign(mailbox, {
    port: (server.server.address() as AddressInfo).port,
    received,
    waitForMail: (to: string, subject = /./, timeoutMs = 10_000) =>
      next(
        `a mail to ${to} about ${subject.source}`,
        (mail) => isTo(mail, to) && subject.test(mail.subject),
        timeoutMs,
      ),
    async codeFor(email: string) {
      const code = /\b\d{6}\b/;
      const mail = await next(
        `a code for ${email}`,
        (candidate) => isTo(candidate, email) && code.test(candidate.text),
        10_000,
      );
      return code.exec(mail.text)?.[0] ?? '';
    },
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  });
}
