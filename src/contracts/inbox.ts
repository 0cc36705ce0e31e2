import { z } from 'zod';
import { ConversationPage, Notify, OwnView, Sync } from './conversations';
import { Counter, Id, Moment } from './fields';
import { ConversationKind } from './messages';
import { operation } from './operation';

const tag = 'Conversations';
const booleanQuery = z.enum(['true', 'false']).transform((text) => text === 'true');

export const ListConversations = operation({
  id: 'listConversations',
  tag,
  method: 'get',
  path: '/conversations',
  summary: 'The inbox: pinned ones on top, then latest first',
  query: z.strictObject({
    kind: ConversationKind.optional(),
    archived: booleanQuery.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
  }),
  answers: { 200: { description: 'a page', schema: ConversationPage } },
});

export const ChangeMy = operation({
  id: 'changeMy',
  tag,
  method: 'patch',
  path: '/conversations/{conversationId}/my',
  summary: "Change the caller's own view: notifications, mute, pin, archive",
  params: z.strictObject({ conversationId: Id }),
  body: z
    .strictObject({
      notify: Notify.optional(),
      mutedUntil: Moment.nullable().optional(),
      pinned: z.boolean().optional(),
      archived: z.boolean().optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'must change something'),
  answers: { 200: { description: "the caller's view", schema: OwnView } },
  errors: ['not_found'],
});

export const ClearHistory = operation({
  id: 'clearHistory',
  tag,
  method: 'delete',
  path: '/conversations/{conversationId}/history',
  summary: 'Clear the history up to a seq, for oneself',
  params: z.strictObject({ conversationId: Id }),
  body: z.strictObject({ uptoSeq: Counter }),
  answers: { 200: { description: "the caller's view", schema: OwnView } },
  errors: ['not_found'],
});

export const GetSync = operation({
  id: 'getSync',
  tag,
  method: 'get',
  path: '/sync',
  summary: 'Which conversations may have changed since a cursor; all of them without one',
  query: z.strictObject({ since: z.string().max(1000).optional() }),
  answers: { 200: { description: 'what to ask `changes` for', schema: Sync } },
});
