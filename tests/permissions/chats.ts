import { KINDS } from '../../src/contracts/kinds';
import { fileCalls, messageCalls } from './calls';
import type { Place } from './places';
import { table, type Call } from './table';

const here: Call<Place> = ({ id }) => ({ params: { [KINDS.chat.idKey]: id } });

/** `blocked` and `blocker` have a chat of their own, and one of them blocks the other. */
export const chats = table<Place>({
  title: 'a private chat',
  kind: 'chat',
  placeOf: ({ places }, standing) =>
    standing === 'blocked' || standing === 'blocker' ? places.blockedChat() : places.chat(),
  text: `
                                   | stranger   member     blocked    blocker
    getChat                        | not_found  ok         ok         ok
    deleteChat                     | not_found  ok         ok         ok

    sendChatMessage                | not_found  ok         blocked    blocked
    chat_message                   | not_found  ok         blocked    blocked
    sendChatMessage, own file      | not_found  ok         blocked    blocked
    chat_message, own file         | not_found  ok         blocked    blocked
    sendChatMessage, other's file  | not_found  validation_failed  blocked    blocked
    chat_message, other's file     | not_found  validation_failed  blocked    blocked
    listChatMessages               | not_found  ok         ok         ok
    getChatMessage                 | not_found  ok         ok         ok
    editChatMessage                | not_found  forbidden  forbidden  blocked
    editChatMessage of one's own   | not_found  ok         forbidden  blocked
    deleteChatMessage              | not_found  forbidden  forbidden  ok
    deleteChatMessage of one's own | not_found  ok         forbidden  ok
    deleteChatMessage for oneself  | not_found  ok         ok         ok
    getChatMessageHistory          | not_found  forbidden  forbidden  ok
    pinChatMessage                 | not_found  ok         blocked    blocked
    unpinChatMessage               | not_found  ok         blocked    blocked
    listChatPins                   | not_found  ok         ok         ok
    reactToChatMessage             | not_found  ok         blocked    blocked
    unreactToChatMessage           | not_found  ok         ok         ok
    forwardChatMessage             | not_found  ok         ok         ok
    getChatReceipts                | not_found  ok         ok         ok
    getChatChanges                 | not_found  ok         ok         ok
    readChat                       | not_found  ok         ok         ok
    message_read                   | not_found  ok         ok         ok
    deliveredChat                  | not_found  ok         ok         ok
    message_delivered              | not_found  ok         ok         ok
    changeMy                       | not_found  ok         ok         ok
    clearHistory                   | not_found  ok         ok         ok

    join_chat                      | not_found  ok         ok         ok
    leave_chat                     | ok         ok         ok         ok
    typing                         | not_found  ok         ok         ok
  `,
  calls: {
    ...messageCalls('chat'),
    ...fileCalls('chat_message', 'chatId'),
    getChat: here,
    deleteChat: here,
    chat_message: ({ id }) => ({ body: { chatId: id, content: 'hello' } }),
  },
});
