import { z } from 'zod';
import { Visibility } from './conversations';
import { Counter, Id, Limit, Timestamp, page } from './fields';
import { operation } from './operation';
import { named } from './registry';
import { User } from './users';

const tag = 'Admin';

export const AdministeredConversation = named(
  'AdministeredConversation',
  z.object({
    id: Id,
    kind: z.enum(['group', 'channel']),
    title: z.string(),
    handle: z.string().nullable(),
    visibility: Visibility.nullable().meta({ description: 'of channels' }),
    owner: User.omit({ online: true, lastSeenAt: true }).nullable(),
    memberCount: Counter,
    createdAt: Timestamp,
  }),
  'what admins see of a group or a channel: nothing of what is said there',
);
export type AdministeredConversation = z.infer<typeof AdministeredConversation>;

export const AdministeredConversationPage = named(
  'AdministeredConversationPage',
  page(AdministeredConversation),
);
export type AdministeredConversationPage = z.infer<typeof AdministeredConversationPage>;

export const AdministeredConversationsQuery = z.strictObject({
  kind: z.enum(['group', 'channel']).optional(),
  search: z.string().trim().min(1).max(128).optional().meta({ description: 'the beginning of a title' }),
  limit: Limit,
  cursor: z.string().max(2000).optional(),
});
export type AdministeredConversationsQuery = z.infer<typeof AdministeredConversationsQuery>;

export const ListAdministeredConversations = operation({
  id: 'listAdministeredConversations',
  tag,
  method: 'get',
  path: '/admin/conversations',
  summary: 'All groups and channels, by title; no private chats',
  query: AdministeredConversationsQuery,
  answers: { 200: { description: 'a page', schema: AdministeredConversationPage } },
  errors: ['forbidden'],
});

export const RemoveConversation = operation({
  id: 'removeConversation',
  tag,
  method: 'delete',
  path: '/admin/conversations/{conversationId}',
  summary: 'Delete a group or a channel for everybody',
  params: z.strictObject({ conversationId: Id }),
  answers: { 204: { description: 'deleted' } },
  errors: ['forbidden', 'not_found'],
});

export const RemoveMessage = operation({
  id: 'removeMessage',
  tag,
  method: 'delete',
  path: '/admin/messages/{messageId}',
  summary: 'Delete a message for everybody, wherever it is; a tombstone stays',
  params: z.strictObject({ messageId: Id }),
  answers: { 204: { description: 'deleted, now or before' } },
  errors: ['forbidden', 'not_found'],
});
