import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { newId } from '../../../src/helpers/ids';
import { SmtpMailer } from '../../../src/services/notifications/mailer';

const mail = { to: 'ada@example.com', subject: 'A mail', text: 'Hello\n' };
const ids: (string | undefined)[] = [];
let silenceMs = 0;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, _session, taken) {
    void simpleParser(stream).then(({ messageId }) => {
      ids.push(messageId);
      setTimeout(taken, silenceMs);
    });
  },
});
let mailer: SmtpMailer;
beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  mailer = new SmtpMailer(
    { kind: 'smtp', host: '127.0.0.1', port, secure: false, auth: null },
    'Chat <chat@mail.example.com>',
  );
});
afterAll(async () => {
  await mailer.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

test('every try of a mail has the same Message-ID, another mail another one', async () => {
  const [one, other] = [newId(), newId()];
  for (const id of [one, one, other]) await mailer.send(mail, id);
  expect(ids).toEqual([one, one, other].map((id) => `<${id}@mail.example.com>`));
});

test('a mail server that takes its time to say that it has the mail is waited for', async () => {
  silenceMs = 11_000;
  await mailer.send(mail, newId());
});
