/** So many within a time; more are refused until it has passed. */
export interface Limit {
  readonly points: number;
  readonly durationSeconds: number;
}

/** Every limit in one table; the setting LIMITS changes them. What a key is (an address, a person, a login and an address) the caller decides. */
export const LIMITS = {
  /** every REST request, by person or address */
  request: { points: 1_200, durationSeconds: 60 },
  /** the same of a bot */
  botRequest: { points: 2_400, durationSeconds: 60 },
  /** answers 401 and `account_suspended`, at both doors, by address: guessed tokens, and clients that do not notice that their session has ended */
  unauthenticated: { points: 600, durationSeconds: 60 },
  /** by address */
  signUp: { points: 20, durationSeconds: 3_600 },
  /** sign-ups and changes of address by e-mail address: how many mails strangers can have sent there */
  signUpByEmail: { points: 5, durationSeconds: 3_600 },
  /** sign-ins by address, right or wrong: each costs a hash */
  signIn: { points: 60, durationSeconds: 60 },
  /** wrong passwords by login and address: a stranger elsewhere cannot lock an owner out */
  wrongPassword: { points: 10, durationSeconds: 900 },
  /** wrong passwords by address, whatever the login: against trying one password on many accounts */
  wrongPasswordAnywhere: { points: 100, durationSeconds: 3_600 },
  /** codes asked for, by purpose and e-mail address */
  codeRequest: { points: 1, durationSeconds: 60 },
  /** codes asked for, by address */
  codeRequestAnywhere: { points: 30, durationSeconds: 3_600 },
  /** wrong codes by purpose, e-mail address, address and day: a stranger elsewhere cannot use up an owner's */
  wrongCode: { points: 20, durationSeconds: 86_400 },
  /** wrong codes by purpose, e-mail address and day, wherever they come from: with five tries a code, one chance in ten thousand */
  wrongCodeAnywhere: { points: 100, durationSeconds: 86_400 },
  /** codes tried by address, whatever the e-mail address: against trying one code on many of them */
  codeTry: { points: 100, durationSeconds: 3_600 },
  /** wrong codes of the second factor by person and address */
  wrongSecondFactor: { points: 10, durationSeconds: 900 },
  /** wrong codes of the app by person and day, wherever they come from: three of a million are right, so one chance in three thousand */
  wrongSecondFactorAnywhere: { points: 100, durationSeconds: 86_400 },
  /** refreshes by address */
  refresh: { points: 300, durationSeconds: 60 },
  /** changes that ask for the password, by person: each costs a hash */
  ownPassword: { points: 30, durationSeconds: 3_600 },
  /** exports made, by person */
  dataExport: { points: 10, durationSeconds: 86_400 },
  /** pictures sent by person */
  changeAvatar: { points: 30, durationSeconds: 3_600 },
  /** pictures of people asked for, by address */
  avatar: { points: 6_000, durationSeconds: 60 },
  /** files uploaded by person */
  upload: { points: 600, durationSeconds: 3_600 },
  /** files asked for, by address */
  file: { points: 6_000, durationSeconds: 60 },
  /** chats opened by person that there were not yet */
  openChat: { points: 60, durationSeconds: 3_600 },
  /** additions to groups, by who is added, whoever adds them, but for those they have written to in private */
  addedToGroup: { points: 60, durationSeconds: 3_600 },
  /** new groups by person */
  createGroup: { points: 30, durationSeconds: 3_600 },
  /** new channels by person */
  createChannel: { points: 30, durationSeconds: 3_600 },
  /** changes of groups and channels and of who is in them, by person */
  membership: { points: 300, durationSeconds: 3_600 },
  /** new invites by person */
  createInvite: { points: 60, durationSeconds: 3_600 },
  /** invites looked at and accepted, by person */
  invite: { points: 60, durationSeconds: 60 },
  /** messages by person, both doors together, those that are forwarded too */
  message: { points: 600, durationSeconds: 60 },
  /** the same of a bot */
  botMessage: { points: 1_200, durationSeconds: 60 },
  /** messages edited, deleted, pinned, by person */
  messageChange: { points: 300, durationSeconds: 60 },
  /** reactions given and taken back, by person */
  reaction: { points: 300, durationSeconds: 60 },
  /** announcements by admin: each goes to everybody */
  announcement: { points: 10, durationSeconds: 3_600 },
  /** reports to the admins, by person */
  report: { points: 30, durationSeconds: 3_600 },
  /** links to the Telegram bot asked for, by person */
  telegramLink: { points: 20, durationSeconds: 3_600 },
  /** messages of a Telegram chat to the bot: more are not answered */
  telegramChat: { points: 30, durationSeconds: 60 },
  /** wrong codes of links by Telegram chat */
  wrongTelegramCode: { points: 10, durationSeconds: 3_600 },
  /** searches by person */
  search: { points: 60, durationSeconds: 60 },
  /** events of all of a person's sockets */
  socketEvent: { points: 2_400, durationSeconds: 60 },
  /** connections by person: several devices that come back after a restart, not a loop */
  connect: { points: 120, durationSeconds: 60 },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
export type LimitTable = Readonly<Record<LimitName, Limit>>;
