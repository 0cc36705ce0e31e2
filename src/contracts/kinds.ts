import { z } from 'zod';
import { Id } from './fields';
import type { ConversationKind } from './messages';

/** How the documents call each kind of conversation, and where its routes are. */
export const KINDS = {
  chat: { name: 'Chat', tag: 'Chats', path: '/chats/{chatId}', idKey: 'chatId' },
  group: { name: 'Group', tag: 'Groups', path: '/groups/{groupId}', idKey: 'groupId' },
  channel: {
    name: 'Channel',
    tag: 'Channels',
    path: '/channels/{channelId}',
    idKey: 'channelId',
  },
} as const satisfies Record<ConversationKind, Record<string, string>>;

export type IdKey<Kind extends ConversationKind> = (typeof KINDS)[Kind]['idKey'];

/** The ids in an operation's path. */
export const idParams = <Key extends string>(...keys: readonly Key[]) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, Id])) as Record<Key, typeof Id>);
