import type { Services } from '../../services/services';
import type { Handlers } from '../event-router';
import { conversationOf, rooms } from '../rooms';
import type { ChatServer } from '../types';

/** Who types, in a conversation of any kind. */
export function typingHandlers({ typing }: Services): Pick<Handlers, 'typing'> {
  return {
    async typing(socket, { roomId, isTyping }) {
      await typing.set(socket.data.identity, roomId, isTyping, {
        socketId: socket.id,
        isJoined: () => socket.rooms.has(rooms.conversation(roomId)),
      });
      return {};
    },
  };
}

/** However a socket ceases to hear a conversation in full, its typing there is over. */
export function endTypingOnLeave(io: ChatServer, { typing }: Pick<Services, 'typing'>): void {
  io.of('/').adapter.on('leave-room', (room: string, socketId: string) => {
    const conversationId = conversationOf(room);
    if (conversationId && room === rooms.conversation(conversationId)) typing.left(conversationId, socketId);
  });
}
