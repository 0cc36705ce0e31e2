import {
  accountDeletedMail,
  addressInUseMail,
  alreadyHaveAccountMail,
  emailChangeCodeMail,
  emailChangedMail,
  passwordChangedMail,
  passwordResetCodeMail,
  recoveryCodeUsedMail,
  signUpCodeMail,
  twoFactorOffMail,
  twoFactorOnMail,
} from '../../../src/services/notifications/mails';
import { retryDelayMs } from '../../../src/services/notifications/outbox.lane';

const to = 'ada@example.com';
const username = 'u'.repeat(32);
const withCode = [
  signUpCodeMail({ to, username, code: '012345', validMinutes: 10 }),
  passwordResetCodeMail({ to, username, code: '012345', validMinutes: 10 }),
  emailChangeCodeMail({ to, username, code: '012345', validMinutes: 10 }),
];
const withoutCode = [
  alreadyHaveAccountMail({ to, username }),
  passwordChangedMail({ to, username }),
  passwordChangedMail({ to, username, keptOneDevice: true }),
  addressInUseMail({ to, username }),
  emailChangedMail({ to, username }),
  twoFactorOnMail({ to, username }),
  twoFactorOffMail({ to, username }),
  recoveryCodeUsedMail({ to, username }),
  accountDeletedMail({ to, username, byAdmin: false }),
  accountDeletedMail({ to, username, byAdmin: true }),
];

test('a code stands alone on its line, once; the other mails have none', () => {
  for (const { text } of withCode) expect(text.match(/\d{6}/g)).toEqual(text.match(/^\d{6}$/gm));
  for (const { text } of withoutCode) expect(text).not.toMatch(/\d/);
});

test('all go out as they are: ASCII, short lines, the receiver, the username', () => {
  for (const mail of [...withCode, ...withoutCode]) {
    expect(mail.to).toBe(to);
    expect(mail.text).toContain(username);
    expect(mail.subject + mail.text).toMatch(/^[\n -~]*$/);
    expect(Math.max(...mail.text.split('\n').map((line) => line.length))).toBeLessThan(76);
  }
});

test('retries wait longer and longer, up to six hours, a quarter by chance', () => {
  expect([1, 2, 3, 4].map((tries) => retryDelayMs(tries, 0))).toEqual([10_000, 30_000, 90_000, 270_000]);
  expect(retryDelayMs(12, 0)).toBe(21_600_000);
  expect(retryDelayMs(1, 1)).toBe(12_500);
  expect(retryDelayMs(1)).toBeGreaterThanOrEqual(10_000);
});
