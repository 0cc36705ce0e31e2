const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 1440 * MINUTE_MS };
const MAX_MUTE_MS = 365 * 1440 * MINUTE_MS;
/** Until it is taken back. */
export const FOREVER = new Date('9999-12-31T00:00:00Z');

export interface Command {
  readonly name: string;
  readonly argument: string;
}

/** `/mute 2h`, also as `/mute@the_bot 2h`. @returns `null` for what is no command */
export function commandIn(text: string): Command | null {
  const [, name, argument = ''] = /^\/(\w{1,32})(?:@\w+)?(?:\s+(.*))?$/s.exec(text.trim()) ?? [];
  return name === undefined ? null : { name: name.toLowerCase(), argument: argument.trim() };
}

/** `30m`, `8h`, `2d`, up to a year; nothing: until it is taken back. @returns `null` for anything else */
export function muteUntil(duration: string, now: Date): Date | null {
  if (duration === '') return FOREVER;
  const [, count, unit = ''] = /^([1-9]\d{0,5})\s?([mhd])$/i.exec(duration) ?? [];
  const ms = Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
  return ms > 0 && ms <= MAX_MUTE_MS ? new Date(now.getTime() + ms) : null;
}

const moment = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What the bot says. Plain text. */
export const replies = {
  help: [
    '/mute 8h – nothing for eight hours (also 30m, 2d; /mute alone: until you say /unmute)',
    '/unmute – hear of messages again',
    '/status – which account this chat is linked to',
    '/stop – unlink this chat',
  ].join('\n'),
  linked: (username: string) =>
    `This chat is linked to @${username}. You hear here of messages that come while you are away.\n\n${replies.help}`,
  movedAway: (username: string) =>
    `This chat is not linked to @${username} any more: another link has taken its place.`,
  ended: (username: string) => `This chat is not linked to @${username} any more.`,
  badCode: 'This link has expired, or was used. Ask for a new one in the settings of your app.',
  tooManyCodes:
    'There were too many wrong links. Wait an hour, then ask for a new one in the settings of your app.',
  notLinked: 'This chat is linked to no account. Ask for a link in the settings of your app, and open it.',
  onlyPrivate: 'Only a private chat with me can be linked.',
  muted: (until: Date) =>
    until.getTime() === FOREVER.getTime() ? 'Muted until you say /unmute.' : `Muted until ${moment(until)}.`,
  badMute: 'Say for how long: /mute 30m, /mute 8h, /mute 2d; or /mute alone.',
  unmuted: 'You hear of messages again.',
  status: (username: string, { linkedAt, mutedUntil }: { linkedAt: Date; mutedUntil: Date | null }) =>
    `Linked to @${username} since ${moment(linkedAt)}. ${mutedUntil ? replies.muted(mutedUntil) : 'Not muted.'}`,
} as const;
