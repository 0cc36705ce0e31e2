import { z } from 'zod';
import { Conversation, ConversationPage } from './conversations';
import { Id } from './fields';
import { messageCommands } from './message-commands';
import { messageOperations } from './message-operations';
import { operation } from './operation';

const tag = 'Chats';
const ChatParams = z.strictObject({ chatId: Id });

export const OpenChat = operation({
  id: 'openChat',
  tag,
  method: 'post',
  path: '/chats',
  summary: 'Open the private chat with a person: one per pair, under any race',
  body: z.strictObject({ userId: Id }),
  answers: {
    201: { description: 'made', schema: Conversation },
    200: { description: 'it was there', schema: Conversation },
  },
  errors: ['not_found', 'blocked', 'forbidden'],
});

export const ListChats = operation({
  id: 'listChats',
  tag,
  method: 'get',
  path: '/chats',
  summary: "One's private chats, latest first",
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
  }),
  answers: { 200: { description: 'a page', schema: ConversationPage } },
});

export const GetChat = operation({
  id: 'getChat',
  tag,
  method: 'get',
  path: '/chats/{chatId}',
  summary: 'A private chat',
  params: ChatParams,
  answers: { 200: { description: 'the chat', schema: Conversation } },
  errors: ['not_found'],
});

export const DeleteChat = operation({
  id: 'deleteChat',
  tag,
  method: 'delete',
  path: '/chats/{chatId}',
  summary: 'Delete a chat for oneself; it returns, empty, with the next message',
  params: ChatParams,
  answers: { 204: { description: 'gone from the inbox' } },
  errors: ['not_found'],
});

export const {
  send: SendChatMessage,
  list: ListChatMessages,
  get: GetChatMessage,
  read: ReadChat,
  delivered: DeliveredChat,
  receipts: GetChatReceipts,
  changes: GetChatChanges,
} = messageOperations('chat');

export const {
  edit: EditChatMessage,
  remove: DeleteChatMessage,
  history: GetChatMessageHistory,
  pin: PinChatMessage,
  unpin: UnpinChatMessage,
  pins: ListChatPins,
  react: ReactToChatMessage,
  unreact: UnreactToChatMessage,
  forward: ForwardChatMessage,
} = messageCommands('chat');
