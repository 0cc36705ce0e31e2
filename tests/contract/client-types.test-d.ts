/** Compiled, never run: each `@ts-expect-error` is an error itself when the line below it is right. */
import { io, type Socket } from 'socket.io-client';
import type { AcknowledgedEvents, ClientToServerEvents, ServerToClientEvents } from '../../client/events';
import type * as contracts from '../../src/contracts/events';

type Same<Left, Right> = [Left, Right] extends [Right, Left] ? true : never;

/** What the server is compiled with and what clients are compiled with say the same of every event. */
export const sameForServerAndClients: {
  heard: { [Name in contracts.ServerEventName]: Same<Heard<Name>, contracts.ServerPayload<Name>> };
  sent: { [Name in contracts.ClientEventName]: Same<Sent<Name>, ContractSent<Name>> };
  names: Same<keyof ServerToClientEvents | keyof ClientToServerEvents, ContractNames>;
} = {
  heard: {} as { [Name in contracts.ServerEventName]: true },
  sent: {} as { [Name in contracts.ClientEventName]: true },
  names: true,
};
type ContractNames = contracts.ServerEventName | contracts.ClientEventName;
type Heard<Name extends contracts.ServerEventName> = Parameters<ServerToClientEvents[Name]>[0];
type Sent<Name extends contracts.ClientEventName> = Parameters<ClientToServerEvents[Name]>;
type ContractSent<Name extends contracts.ClientEventName> = Parameters<contracts.ClientToServerEvents[Name]>;

export function hears(): void {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io('http://localhost:4000');
  socket.on('ready', ({ userId, serverTime }) => [userId.length, Date.parse(serverTime)]);
  socket.on('chat_message', ({ chatId, content, seq }) => [chatId, content?.length, seq + 1]);
  socket.on('session_ended', ({ reason }) => reason === 'suspended');

  // @ts-expect-error there is no such event
  socket.on('chat_messages', () => undefined);
  // @ts-expect-error this one is sent, not heard
  socket.on('join_chat', () => undefined);
  // @ts-expect-error it has no such field
  socket.on('ready', ({ username }) => username);
  // @ts-expect-error a tombstone has no content
  socket.on('chat_message', ({ content }) => content.length);
  // @ts-expect-error no session ends for that
  socket.on('session_ended', ({ reason }) => reason === 'bored');
}

export function sends(chatId: string): void {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io('http://localhost:4000');
  socket.emit('typing', { roomId: chatId, isTyping: true });
  socket.emit('chat_message', { chatId, content: 'Hello', clientMessageId: '1' }, (answer) => {
    if (answer.ok) return answer.data.seq + (answer.data.duplicate ? 0 : 1);
    return answer.error.code === 'rate_limited' ? answer.error.retryAfter : undefined;
  });

  // @ts-expect-error there is no such event
  socket.emit('join_chats', { chatId });
  // @ts-expect-error this one is heard, not sent
  socket.emit('ready', { chatId });
  socket.emit('chat_message', { chatId, attachmentIds: [chatId] });
  // @ts-expect-error the chat is missing
  socket.emit('chat_message', { content: 'hello' });
  // @ts-expect-error a seq is a number
  socket.emit('message_read', { roomId: chatId, seq: '1' });
  // @ts-expect-error there is no such field
  socket.emit('join_chat', { chatId, groupId: chatId });
  // @ts-expect-error the data is there only if `ok`
  socket.emit('join_chat', { chatId }, (answer) => answer.data.version);
  // @ts-expect-error this acknowledgement has no messages
  socket.emit('join_chat', { chatId }, (answer) => answer.ok && answer.data.messages);
  // @ts-expect-error there is no such code
  socket.emit('join_chat', { chatId }, (answer) => !answer.ok && answer.error.code === 'bored');
  // @ts-expect-error an acknowledgement is an object
  socket.emit('join_chat', { chatId }, (answer: string) => answer);
}

export async function awaits(chatId: string): Promise<unknown> {
  const socket: Socket<ServerToClientEvents, AcknowledgedEvents> = io('http://localhost:4000', {
    ackTimeout: 5000,
  });
  const answer = await socket.emitWithAck('join_chat', { chatId });
  // @ts-expect-error there is no such field
  await socket.emitWithAck('join_chat', { groupId: chatId });
  // @ts-expect-error the data is there only if `ok`
  void answer.data;
  return answer.ok ? answer.data.conversation.my.unreadCount + 1 : answer.error.message.length;
}
