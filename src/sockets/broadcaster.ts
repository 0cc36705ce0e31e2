import type { ServerEventName } from '../contracts/events';
import type { ConversationKind } from '../contracts/messages';
import type { EventSource } from '../services/domain-events';
import { roomKey } from '../services/messages/message.presenter';
import { emitter, type OnBroken } from './emitter';
import { InboxUpdates } from './inbox-updates';
import { ReceiptUpdates } from './receipt-updates';
import { leaveInShort, rooms, roomsOf } from './rooms';
import type { ChatServer } from './types';

/** How a new message is called in each kind of conversation. */
const MESSAGE_EVENT = {
  chat: 'chat_message',
  group: 'group_message',
  channel: 'channel_broadcast',
} as const satisfies Record<ConversationKind, ServerEventName>;

/**
 * The table: domain event → rooms → socket event.
 * @param onBroken told of payloads that break their contract; `null` in production
 * @returns ends what is still waiting to be told
 */
export function broadcast(io: ChatServer, bus: EventSource, onBroken: OnBroken | null): () => void {
  const tell = emitter(io, onBroken);
  const inbox = new InboxUpdates(tell);
  const receipts = new ReceiptUpdates(tell);

  /** Whoever hears a channel without following it hears nothing more of it, not even what it is called now. */
  const dismissGuests = (conversationId: string, version: number): void => {
    const guests = rooms.guests(conversationId);
    const about = { conversationId, ...roomKey('channel', conversationId), version };
    tell(guests, 'conversation_removed', { ...about, reason: 'removed' });
    io.in(guests).socketsLeave(roomsOf(conversationId));
  };

  bus.on('message.sent', ({ message, originSocketId }) => {
    tell(rooms.conversation(message.conversationId), MESSAGE_EVENT[message.kind], message, {
      except: originSocketId,
    });
    inbox.addMessage(message);
  });

  bus.on('message.edited', ({ kind, lastSeq, content, editedAt, mentions, ...change }) => {
    const { conversationId, version } = change;
    const about = { ...roomKey(kind, conversationId), ...change };
    const says = { content, editedAt: editedAt.toISOString(), mentions: [...mentions] };
    tell(rooms.conversation(conversationId), 'message_edited', { ...about, ...says });
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('message.deleted', ({ kind, lastSeq, deletedAt, ...change }) => {
    const { conversationId, version } = change;
    const about = { ...roomKey(kind, conversationId), ...change };
    tell(rooms.conversation(conversationId), 'message_deleted', {
      ...about,
      deletedAt: deletedAt.toISOString(),
    });
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('message.pinned', ({ kind, lastSeq, pinnedAt, ...change }) => {
    const { conversationId, version } = change;
    const about = { ...roomKey(kind, conversationId), ...change };
    tell(rooms.conversation(conversationId), 'message_pinned', {
      ...about,
      pinnedAt: pinnedAt?.toISOString() ?? null,
    });
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('reaction.changed', ({ kind, lastSeq, ...change }) => {
    const { conversationId, version } = change;
    tell(rooms.conversation(conversationId), 'reaction_changed', {
      ...roomKey(kind, conversationId),
      ...change,
    });
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('reactions.counted', ({ kind, lastSeq, counts, ...post }) => {
    const { conversationId, version } = post;
    const about = { ...roomKey(kind, conversationId), ...post };
    tell(rooms.conversation(conversationId), 'reaction_changed', { ...about, reactions: [...counts] });
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('conversation.joined', ({ conversationId, userIds }) => {
    // To Socket.io no rooms mean everybody.
    if (userIds.length === 0) return;
    const theirs = io.in(userIds.map(rooms.user));
    theirs.socketsLeave(rooms.guests(conversationId));
    theirs.socketsJoin(rooms.inbox(conversationId));
    leaveInShort(io, conversationId, userIds);
  });

  bus.on('conversation.left', ({ conversationId, userIds }) => {
    if (userIds.length === 0) return;
    io.in(userIds.map(rooms.user)).socketsLeave(roomsOf(conversationId));
  });

  bus.on('conversation.updated', ({ conversationId, kind, version, lastSeq, changes }) => {
    const about = { conversationId, ...roomKey(kind, conversationId), kind, version };
    if (changes.visibility === 'private') dismissGuests(conversationId, version);
    tell(rooms.conversation(conversationId), 'conversation_updated', { ...about, ...changes });
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('conversation.deleted', ({ conversationId, kind, version }) => {
    const heardIn = [rooms.conversation(conversationId), rooms.inbox(conversationId)];
    const about = { conversationId, ...roomKey(kind, conversationId), version };
    tell(heardIn, 'conversation_removed', { ...about, reason: 'deleted' });
    io.in(heardIn).socketsLeave(roomsOf(conversationId));
  });

  bus.on('member.changed', ({ conversationId, kind, version, lastSeq, userId, role, change, toldTo }) => {
    const heardIn =
      toldTo === 'everybody' ? rooms.conversation(conversationId) : toldTo.map((id) => rooms.user(id));
    const about = { conversationId, ...roomKey(kind, conversationId), version };
    tell(heardIn, 'member_changed', { ...about, userId, role, change });
    // To the others it is a version without anything in it: they need not ask what they missed.
    if (toldTo !== 'everybody')
      tell(
        rooms.conversation(conversationId),
        'conversation_updated',
        { ...about, kind },
        { except: heardIn },
      );
    inbox.add({ conversationId, kind, lastSeq, version });
  });

  bus.on('conversation.added', ({ views }) => {
    for (const { userId, conversation } of views) {
      tell(rooms.user(userId), 'conversation_added', {
        conversationId: conversation.id,
        ...roomKey(conversation.kind, conversation.id),
        version: conversation.version,
        conversation,
      });
    }
  });

  bus.on('conversation.removed', ({ userId, conversationId, kind, version, reason }) => {
    tell(rooms.user(userId), 'conversation_removed', {
      conversationId,
      ...roomKey(kind, conversationId),
      version,
      reason,
    });
  });

  bus.on('my.updated', ({ userId, view }) => {
    tell(rooms.user(userId), 'my_updated', { ...view, ...roomKey(view.kind, view.conversationId) });
  });

  bus.on('receipt.moved', (receipt) => receipts.add(receipt));

  bus.on('user.updated', ({ userId, userVersion }) => {
    tell(rooms.user(userId), 'user_updated', { userVersion });
  });

  bus.on('presence.changed', ({ userId, online, lastSeenAt, audience }) => {
    const heardIn = [
      ...audience.userIds.map(rooms.user),
      ...audience.conversationIds.map(rooms.conversation),
    ];
    const payload = { userId, online, ...(lastSeenAt && { lastSeenAt: lastSeenAt.toISOString() }) };
    tell(heardIn, 'presence_change', payload, { except: audience.exceptUserIds.map(rooms.user) });
  });

  bus.on('typing.changed', ({ conversationId, kind, userId, isTyping, originSocketId }) => {
    tell(
      rooms.conversation(conversationId),
      'typing',
      { roomId: conversationId, conversationId, ...roomKey(kind, conversationId), userId, isTyping },
      // The next `true` mends a lost one; nothing would mend a lost end.
      { except: originSocketId, volatile: isTyping },
    );
  });

  bus.on('announcement.made', (announcement) => void io.emit('announcement', announcement));

  bus.on('session.ended', ({ sessionIds, reason }) => {
    for (const sessionId of sessionIds) {
      tell(rooms.session(sessionId), 'session_ended', { reason });
      io.in(rooms.session(sessionId)).disconnectSockets(true);
    }
  });

  return () => receipts.close();
}
