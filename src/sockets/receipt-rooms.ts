import type { EventSource } from '../services/domain-events';
import { joinedConversationOf, rooms } from './rooms';
import type { ChatServer } from './types';

/** Somebody shows their watermarks from now on, or no longer: their sockets here hear others' in all chats they have joined, or none. */
export function followReceiptSetting(io: ChatServer, bus: EventSource): void {
  bus.on('settings.changed', ({ userId, settings }) => {
    for (const socketId of io.of('/').adapter.rooms.get(rooms.user(userId)) ?? []) {
      const socket = io.of('/').sockets.get(socketId);
      for (const room of [...(socket?.rooms ?? [])]) {
        const conversationId = joinedConversationOf(room);
        if (conversationId === undefined) continue;
        if (settings.readReceipts) void socket?.join(rooms.receipts(conversationId));
        else void socket?.leave(rooms.receipts(conversationId));
      }
    }
  });
}
