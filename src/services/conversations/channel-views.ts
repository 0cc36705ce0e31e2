import type { Channel } from '../../contracts/conversations';
import type { Db } from '../../database/database';
import { messageView } from '../messages/message-views';
import { messagesAt, toReadMessage } from '../messages/messages.queries';
import { publicChannels } from './channels.queries';
import { presentPublicChannel } from './conversation.presenter';
import type { ConversationRow } from './membership';
import { membershipsOf } from './membership.queries';
import { viewsOf } from './views';

/** Public channels as they look to those who do not follow them: one statement, however many. */
export async function publicViewsOf(
  db: Db,
  userId: string,
  channels: readonly ConversationRow[],
): Promise<Channel[]> {
  const spoken = channels.filter(({ lastSeq }) => lastSeq > 0);
  const last = await messagesAt(
    db,
    spoken.map(({ id, lastSeq }) => ({ conversationId: id, seq: lastSeq })),
    [userId],
  );
  const messages = new Map(
    last.map((row) => [row.conversationId, messageView(toReadMessage(row, { kind: 'channel' }), userId)]),
  );
  return channels.map((channel) => presentPublicChannel(channel, messages.get(channel.id) ?? null));
}

/** Channels as a person sees them, in the order asked; those that they may not see are left out. Six statements, however many. */
export async function channelViewsOf(db: Db, userId: string, ids: readonly string[]): Promise<Channel[]> {
  const followed = await membershipsOf(db, userId, ids);
  const followedIds = new Set(followed.map(({ conversationId }) => conversationId));
  const others = await publicChannels(
    db,
    ids.filter((id) => !followedIds.has(id)),
  );
  const views = await Promise.all([viewsOf(db, followed), publicViewsOf(db, userId, others)]);
  const byId = new Map(views.flat().map((channel) => [channel.id, channel]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
