import { z } from 'zod';
import { Bio, DisplayName, Id, Paging, Timestamp, Username, page } from './fields';
import { operation } from './operation';
import { named } from './registry';
import { User } from './users';

const tag = 'Admin';
const params = z.strictObject({ botId: Id });

const Bot = named(
  'Bot',
  User.omit({ online: true, lastSeenAt: true, deleted: true }).extend({
    createdAt: Timestamp,
    lastUsedAt: Timestamp.nullable().meta({
      description: 'of its token, exact to a minute; `null`: it has none any more, and needs another one',
    }),
  }),
  'an account of a program, as admins see it',
);
export type Bot = z.infer<typeof Bot>;

export const BotPage = named('BotPage', page(Bot));
export type BotPage = z.infer<typeof BotPage>;

const Token = z.string().meta({ description: 'shown this once', example: `bot_${'A'.repeat(43)}` });

export const MadeBot = named('MadeBot', z.object({ bot: Bot, token: Token }));
export type MadeBot = z.infer<typeof MadeBot>;

export const NewBot = z.strictObject({
  username: Username,
  displayName: DisplayName.optional(),
  bio: Bio.optional(),
});
export type NewBot = z.infer<typeof NewBot>;

export const ListBots = operation({
  id: 'listBots',
  tag,
  method: 'get',
  path: '/admin/bots',
  summary: 'The bots, by username',
  query: Paging,
  answers: { 200: { description: 'a page', schema: BotPage } },
  errors: ['forbidden'],
});

export const CreateBot = operation({
  id: 'createBot',
  tag,
  method: 'post',
  path: '/admin/bots',
  summary: 'Make a bot: an account for a program',
  description:
    'It has no address and no password, but a token that does not expire and is good wherever an access token is: `Authorization: Bearer bot_…`, and `auth.token` of a socket. A bot takes part in conversations as people do; it opens no private chat, founds no group and adds nobody, and what is about signing in answers it `forbidden`, as linking a Telegram chat does.',
  body: NewBot,
  answers: { 201: { description: 'the bot, and its token', schema: MadeBot } },
  errors: ['forbidden', 'username_taken'],
});

export const ChangeBotToken = operation({
  id: 'changeBotToken',
  tag,
  method: 'post',
  path: '/admin/bots/{botId}/token',
  summary: 'Give a bot another token',
  description:
    'The one it had is good no more, and its sockets end. `conflict` while it is suspended; after that, too, it needs another one.',
  params,
  answers: { 200: { description: 'the bot, and its token', schema: MadeBot } },
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const DeleteBot = operation({
  id: 'deleteBot',
  tag,
  method: 'delete',
  path: '/admin/bots/{botId}',
  summary: 'Delete a bot as accounts are deleted; what it has said stays',
  params,
  answers: { 204: { description: 'deleted' } },
  errors: ['forbidden', 'not_found'],
});
