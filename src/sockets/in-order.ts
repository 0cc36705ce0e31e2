import type { ChatSocket } from './types';

const last = new WeakMap<ChatSocket, Map<string, Promise<unknown>>>();

/** What a socket asks about a conversation is done in the order it was asked: a leave does not overtake the join before it. */
export async function inOrder<T>(
  socket: ChatSocket,
  conversationId: string,
  work: () => Promise<T>,
): Promise<T> {
  const pending = last.get(socket) ?? new Map<string, Promise<unknown>>();
  last.set(socket, pending);
  const before = pending.get(conversationId) ?? Promise.resolve();
  const now = before.then(work, work);
  pending.set(conversationId, now);
  try {
    return await now;
  } finally {
    if (pending.get(conversationId) === now) pending.delete(conversationId);
  }
}
