/** What a person is told by e-mail. ASCII and short lines, so that it goes out as 7bit and stays readable as it is. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** where whoever has it can say that they want no more like it (RFC 8058) */
  readonly unsubscribeUrl?: string;
}

interface CodeMail {
  readonly to: string;
  /** six digits; they stand alone on a line of their own */
  readonly code: string;
  readonly validMinutes: number;
}

const lines = (...text: string[]): string => `${text.join('\n')}\n`;

/** The code that turns a sign-up into an account. It names the username: somebody else may have asked with this address. */
export function signUpCodeMail({
  to,
  username,
  code,
  validMinutes,
}: CodeMail & { readonly username: string }): Mail {
  return {
    to,
    subject: 'Your sign-up code',
    text: lines(
      'Somebody, hopefully you, asked for an account with this address',
      `and the username ${username}.`,
      '',
      'To confirm it, enter this code:',
      '',
      code,
      '',
      `It is valid for ${validMinutes} minutes. If the username is not the one you chose,`,
      'or you asked for nothing, do not enter it: nothing happens then.',
    ),
  };
}

/** To the owner of an account whose address was used for another sign-up. */
export function alreadyHaveAccountMail({
  to,
  username,
}: {
  readonly to: string;
  readonly username: string;
}): Mail {
  return {
    to,
    subject: 'You already have an account',
    text: lines(
      'Somebody, hopefully you, tried to sign up with this address.',
      'It already has an account, with the username',
      `${username}.`,
      '',
      'Sign in instead. If you forgot the password, ask for a new one.',
      'If it was not you, there is nothing to do.',
    ),
  };
}

export function passwordResetCodeMail({
  to,
  username,
  code,
  validMinutes,
}: CodeMail & { readonly username: string }): Mail {
  return {
    to,
    subject: 'Your code to set a new password',
    text: lines(
      'Somebody, hopefully you, asked for a new password for the account',
      `${username}. To set it, enter this code:`,
      '',
      code,
      '',
      `It is valid for ${validMinutes} minutes. If it was not you, tell it nobody:`,
      'without it the password stays as it is.',
    ),
  };
}

interface PasswordChanged {
  readonly to: string;
  readonly username: string;
  /** the device it was changed at stays signed in */
  readonly keptOneDevice?: boolean;
}

export function passwordChangedMail({ to, username, keptOneDevice = false }: PasswordChanged): Mail {
  return {
    to,
    subject: 'Your password was changed',
    text: lines(
      `The password of your account ${username} was changed,`,
      keptOneDevice ? 'and all other devices were signed out.' : 'and all devices were signed out.',
      '',
      'If it was not you, set a new password at once and look after your mailbox.',
    ),
  };
}

/** To the address that an account is to have from now on. */
export function emailChangeCodeMail({
  to,
  username,
  code,
  validMinutes,
}: CodeMail & { readonly username: string }): Mail {
  return {
    to,
    subject: 'Your code to confirm this address',
    text: lines(
      'Somebody, hopefully you, wants this to be the address of the account',
      `${username}. To confirm it, enter this code:`,
      '',
      code,
      '',
      `It is valid for ${validMinutes} minutes. If it was not you, tell it nobody:`,
      'nothing happens then.',
    ),
  };
}

/** To the owner of an account whose address somebody wants for another account. */
export function addressInUseMail({ to, username }: { readonly to: string; readonly username: string }): Mail {
  return {
    to,
    subject: 'This address already has an account',
    text: lines(
      'Somebody, hopefully you, tried to give this address to another account.',
      'It already belongs to the account',
      `${username}.`,
      '',
      'An address can have one account only; nothing was changed.',
      'If it was not you, there is nothing to do.',
    ),
  };
}

/** To the address an account had until now. */
export function emailChangedMail({ to, username }: { readonly to: string; readonly username: string }): Mail {
  return {
    to,
    subject: 'Your e-mail address was changed',
    text: lines(
      'From now on another e-mail address belongs to your account',
      `${username}. This one gets no more mail about it.`,
      '',
      'If it was not you, sign in, set a new password at once and change the',
      'address back; if you cannot sign in, write to those who run this server.',
    ),
  };
}

interface AboutAccount {
  readonly to: string;
  readonly username: string;
}

export function twoFactorOnMail({ to, username }: AboutAccount): Mail {
  return {
    to,
    subject: 'Two-factor was switched on',
    text: lines(
      `From now on signing in to your account ${username}`,
      'asks for a code of an authenticator app, too. Keep the recovery codes',
      'that were shown: they help when the app is lost.',
      '',
      'If it was not you, set a new password at once and write to those who run',
      'this server.',
    ),
  };
}

export function telegramLinkedMail({ to, username }: AboutAccount): Mail {
  return {
    to,
    subject: 'A Telegram chat was linked',
    text: lines(
      `From now on a Telegram chat hears of messages to your account ${username}`,
      'that come while you are away.',
      '',
      'If it was not you, unlink it in the settings of your app, set a new',
      'password at once and sign out all other devices.',
    ),
  };
}

export function twoFactorOffMail({ to, username }: AboutAccount): Mail {
  return {
    to,
    subject: 'Two-factor was switched off',
    text: lines(
      `From now on signing in to your account ${username}`,
      'asks for the password alone.',
      '',
      'If it was not you, set a new password at once and switch it on again.',
    ),
  };
}

export function recoveryCodeUsedMail({ to, username }: AboutAccount): Mail {
  return {
    to,
    subject: 'A recovery code was used',
    text: lines(
      'Instead of a code of the authenticator app a recovery code was used for',
      `your account ${username}. It cannot be used again.`,
      '',
      'If it was not you, set a new password at once and get new recovery codes.',
    ),
  };
}

/** To the address of an account that is deleted. */
export function accountDeletedMail({
  to,
  username,
  byAdmin,
}: {
  readonly to: string;
  readonly username: string;
  readonly byAdmin: boolean;
}): Mail {
  return {
    to,
    subject: 'Your account was deleted',
    text: lines(
      `Your account ${username} was deleted,`,
      byAdmin ? 'by those who run this server.' : 'by somebody who was signed in and knew its password.',
      '',
      'This is the last mail about it.',
      byAdmin
        ? 'If you do not know why, write to them.'
        : 'If it was not you, write to those who run this server.',
    ),
  };
}

/** What the admins tell everybody, as they wrote it. */
export function announcementMail({
  to,
  username,
  content,
}: AboutAccount & { readonly content: string }): Mail {
  return {
    to,
    subject: 'An announcement',
    text: lines(content, '', `You get this because of your account ${username}.`),
  };
}
