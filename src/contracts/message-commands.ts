import { z } from 'zod';
import type { ErrorCode } from '../helpers/errors';
import { Id, Paging, Timestamp, page } from './fields';
import { idParams, KINDS, type IdKey } from './kinds';
import { ClientMessageId, Content, Message, SentMessage, type ConversationKind } from './messages';
import { operation } from './operation';
import { SocketProblem } from './problem';
import { named } from './registry';

export const MessageRevision = named(
  'MessageRevision',
  z.object({ content: z.string(), writtenAt: Timestamp.meta({ description: 'since when it said so' }) }),
  'what a message said before it was edited',
);
export type MessageRevision = z.infer<typeof MessageRevision>;

export const RevisionPage = named('RevisionPage', page(MessageRevision), 'earlier texts, latest first');
export type RevisionPage = z.infer<typeof RevisionPage>;

export const Pins = named('Pins', z.object({ items: z.array(Message) }), 'pinned messages, latest pin first');
export type Pins = z.infer<typeof Pins>;

/** Whether a message goes for the caller alone or for everybody. */
export const DeletedFor = z.enum(['me', 'everyone']);
export type DeletedFor = z.infer<typeof DeletedFor>;

export const ForwardBody = z.strictObject({
  to: z
    .array(z.strictObject({ conversationId: Id, clientMessageId: ClientMessageId.optional() }))
    .min(1)
    .max(20),
});
export type ForwardBody = z.infer<typeof ForwardBody>;

export const Forwarded = named(
  'Forwarded',
  z.object({
    items: z.array(
      z.object({ conversationId: Id, message: SentMessage.optional(), error: SocketProblem.optional() }),
    ),
  }),
  'for each conversation, in the order asked, the message there or why there is none',
);
export type Forwarded = z.infer<typeof Forwarded>;

/** Between the two of a private chat there may be a block. */
const inChats = (kind: ConversationKind): readonly ErrorCode[] => (kind === 'chat' ? ['blocked'] : []);

/** What people do to one message of a conversation: the same under each kind. */
export function messageCommands<Kind extends ConversationKind>(kind: Kind) {
  const { name, path } = KINDS[kind];
  const idKey: IdKey<Kind> = KINDS[kind].idKey;
  const params = idParams(idKey);
  const messageParams = idParams<IdKey<Kind> | 'messageId'>(idKey, 'messageId');
  const tag = 'Messages';
  const itsPath = `${path}/messages/{messageId}`;
  const answers = { 200: { description: 'the message as it is now', schema: Message } };
  return {
    edit: operation({
      id: `edit${name}Message`,
      tag,
      method: 'patch',
      path: itsPath,
      summary: "Edit one of the caller's messages, while that is allowed; what it said is kept",
      params: messageParams,
      body: z.strictObject({ content: Content }),
      answers,
      errors: ['not_found', 'forbidden', 'gone', 'edit_window_closed', 'payload_too_large', ...inChats(kind)],
    }),
    remove: operation({
      id: `delete${name}Message`,
      tag,
      method: 'delete',
      path: itsPath,
      summary: "Delete a message for everyone, or from the caller's own view",
      description:
        'For everyone: a tombstone without content stays in its place. For oneself nobody else is told.',
      params: messageParams,
      query: z.strictObject({ for: DeletedFor.default('everyone') }),
      answers: { 204: { description: 'deleted' } },
      errors: ['not_found', 'forbidden'],
    }),
    history: operation({
      id: `get${name}MessageHistory`,
      tag,
      method: 'get',
      path: `${itsPath}/history`,
      summary: 'What a message said before it was edited; for its author and those who may delete it',
      params: messageParams,
      query: Paging,
      answers: { 200: { description: 'a page', schema: RevisionPage } },
      errors: ['not_found', 'forbidden'],
    }),
    pin: operation({
      id: `pin${name}Message`,
      tag,
      method: 'put',
      path: `${itsPath}/pin`,
      summary: 'Pin a message',
      params: messageParams,
      answers,
      errors: ['not_found', 'forbidden', 'gone', 'limit_reached', ...inChats(kind)],
    }),
    unpin: operation({
      id: `unpin${name}Message`,
      tag,
      method: 'delete',
      path: `${itsPath}/pin`,
      summary: 'Pin a message no longer',
      params: messageParams,
      answers,
      errors: ['not_found', 'forbidden', ...inChats(kind)],
    }),
    pins: operation({
      id: `list${name}Pins`,
      tag,
      method: 'get',
      path: `${path}/pins`,
      summary: 'The pinned messages, the latest pin first; there are 50 at most',
      params,
      answers: { 200: { description: 'all of them', schema: Pins } },
      errors: ['not_found'],
    }),
    ...reactionOperations(kind),
    forward: operation({
      id: `forward${name}Message`,
      tag,
      method: 'post',
      path: `${itsPath}/forward`,
      summary: 'Send a message on to other conversations',
      description:
        'Each one succeeds or fails by itself. Retry with the same clientMessageIds after any doubt.',
      params: messageParams,
      body: ForwardBody,
      answers: { 200: { description: 'what became of each', schema: Forwarded } },
      errors: ['not_found', 'forbidden', 'gone'],
    }),
  };
}

function reactionOperations<Kind extends ConversationKind>(kind: Kind) {
  const { name, path } = KINDS[kind];
  const idKey: IdKey<Kind> = KINDS[kind].idKey;
  const shared = {
    tag: 'Messages',
    path: `${path}/messages/{messageId}/reactions/{emoji}`,
    params: idParams<IdKey<Kind> | 'messageId'>(idKey, 'messageId').extend({
      emoji: z.string().min(1).max(64).meta({ description: 'one emoji', example: '👍' }),
    }),
    answers: { 200: { description: 'the message as it is now', schema: Message } },
  } as const;
  return {
    react: operation({
      ...shared,
      id: `reactTo${name}Message`,
      method: 'put',
      summary: 'React to a message: one of each emoji a person, 20 different ones a message',
      errors: ['not_found', 'forbidden', 'gone', 'limit_reached', ...inChats(kind)],
    }),
    unreact: operation({
      ...shared,
      id: `unreactTo${name}Message`,
      method: 'delete',
      summary: 'Take a reaction back',
      errors: ['not_found', 'forbidden', 'gone'],
    }),
  };
}
