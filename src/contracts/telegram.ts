import { z } from 'zod';
import { Timestamp } from './fields';
import { operation } from './operation';
import { named } from './registry';

const tag = 'Users';
const path = '/users/me/telegram';

export const TelegramLinkOffer = named(
  'TelegramLinkOffer',
  z.object({
    url: z.string().meta({ description: 'to be opened where Telegram is, in a browser or as a QR code' }),
    expiresAt: Timestamp,
  }),
);
export type TelegramLinkOffer = z.infer<typeof TelegramLinkOffer>;

export const LinkTelegram = operation({
  id: 'linkTelegram',
  tag,
  method: 'post',
  path,
  peopleOnly: true,
  summary: 'Get a link that links a Telegram chat',
  description:
    'Opened in Telegram it starts a private chat with the bot of this server, which is linked when that is done: once, within ten minutes. A ' +
    'new one makes the last one worthless. Linking takes the place of what the account or the chat was linked to. `user_updated` tells of ' +
    'it; `telegram` in the profile says it. `not_found` where there is no bot; `unavailable` while Telegram cannot be reached.',
  answers: { 200: { description: 'the link', schema: TelegramLinkOffer } },
  errors: ['not_found'],
});

export const UnlinkTelegram = operation({
  id: 'unlinkTelegram',
  tag,
  method: 'delete',
  path,
  summary: 'Unlink the Telegram chat, if one is linked',
  description: 'A link that was asked for is worthless from then on, too. `not_found` where there is no bot.',
  answers: { 204: { description: 'none is linked' } },
  errors: ['not_found'],
});

export const BringTelegramUpdate = operation({
  id: 'bringTelegramUpdate',
  tag: 'Operations',
  method: 'post',
  path: '/telegram/updates',
  root: true,
  open: true,
  summary: 'For Telegram alone: what somebody wrote to the bot',
  description:
    'Where TELEGRAM_UPDATES is webhook; `not_found` elsewhere. Telegram shows the secret that it was told in `X-Telegram-Bot-Api-Secret-Token`.',
  body: z.looseObject({ update_id: z.number().int() }),
  answers: { 204: { description: 'it is seen to, and need not be brought again' } },
  errors: ['not_found', 'forbidden'],
});
