import { z } from 'zod';
import type { ErrorCode } from '../helpers/errors';
import { Changes, MessageReceipts, OwnView } from './conversations';
import { Counter, CounterQuery, Limit } from './fields';
import { idParams, KINDS, type IdKey } from './kinds';
import { HistoryPage, Message, SendBody, SentMessage, type ConversationKind } from './messages';
import { operation } from './operation';

const HistoryQuery = z
  .strictObject({
    before: CounterQuery.optional(),
    after: CounterQuery.optional(),
    around: CounterQuery.optional(),
    limit: Limit,
  })
  .refine(
    ({ before, after, around }) => [before, after, around].filter((given) => given !== undefined).length <= 1,
    'takes one of before, after and around',
  );

const ChangesQuery = z.strictObject({
  since: CounterQuery,
  mySince: CounterQuery.default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const SEND_ERRORS: Record<ConversationKind, readonly ErrorCode[]> = {
  chat: ['not_found', 'forbidden', 'blocked', 'idempotency_mismatch', 'payload_too_large'],
  group: ['not_found', 'forbidden', 'idempotency_mismatch', 'payload_too_large', 'slow_mode'],
  channel: ['not_found', 'forbidden', 'idempotency_mismatch', 'payload_too_large', 'slow_mode'],
};

/** The messages of a conversation and how far one has come in them: the same under each kind. */
export function messageOperations<Kind extends ConversationKind>(kind: Kind) {
  const { name, tag, path } = KINDS[kind];
  const idKey: IdKey<Kind> = KINDS[kind].idKey;
  const params = idParams(idKey);
  const messageParams = idParams<IdKey<Kind> | 'messageId'>(idKey, 'messageId');
  return {
    send: operation({
      id: `send${name}Message`,
      tag: 'Messages',
      method: 'post',
      path: `${path}/messages`,
      summary: 'Send a message; the answer comes after it is durable',
      description:
        'Retry with the same clientMessageId after any doubt: the stored message is answered with 200 and `duplicate: true`.',
      params,
      body: SendBody,
      answers: {
        201: { description: 'stored', schema: SentMessage },
        200: { description: 'stored before, under this clientMessageId', schema: SentMessage },
      },
      errors: SEND_ERRORS[kind],
    }),
    list: operation({
      id: `list${name}Messages`,
      tag: 'Messages',
      method: 'get',
      path: `${path}/messages`,
      summary: 'History: the latest messages, or those before, after or around a seq',
      params,
      query: HistoryQuery,
      answers: { 200: { description: 'a page, oldest first', schema: HistoryPage } },
      errors: ['not_found'],
    }),
    get: operation({
      id: `get${name}Message`,
      tag: 'Messages',
      method: 'get',
      path: `${path}/messages/{messageId}`,
      summary: 'One message',
      params: messageParams,
      answers: { 200: { description: 'the message', schema: Message } },
      errors: ['not_found'],
    }),
    read: operation({
      id: `read${name}`,
      tag,
      method: 'put',
      path: `${path}/read`,
      summary: 'Move the read position forward; read implies delivered',
      params,
      body: z.strictObject({ seq: Counter }),
      answers: { 200: { description: "the caller's view", schema: OwnView } },
      errors: ['not_found'],
    }),
    delivered: operation({
      id: `delivered${name}`,
      tag,
      method: 'put',
      path: `${path}/delivered`,
      summary: 'Move the delivered position forward',
      params,
      body: z.strictObject({ seq: Counter }),
      answers: { 200: { description: "the caller's view", schema: OwnView } },
      errors: ['not_found'],
    }),
    receipts: operation({
      id: `get${name}Receipts`,
      tag,
      method: 'get',
      path: `${path}/messages/{messageId}/receipts`,
      summary: 'Who has a message delivered and read, among those with read receipts on',
      params: messageParams,
      answers: { 200: { description: 'the others', schema: MessageReceipts } },
      errors: kind === 'channel' ? ['not_found', 'forbidden'] : ['not_found'],
    }),
    changes: operation({
      id: `get${name}Changes`,
      tag,
      method: 'get',
      path: `${path}/changes`,
      summary: 'Everything that changed after a version',
      description:
        'Rows come by (version, seq); a version is never split over two pages. Ask again with the answered version while `hasMore`.',
      params,
      query: ChangesQuery,
      answers: { 200: { description: 'the changes', schema: Changes } },
      errors: ['not_found'],
    }),
  };
}
