import type { Database } from '../../database/database';
import type { DomainEventBus } from '../domain-events';
import { membershipsIn } from './membership.queries';
import { viewsOf } from './views';

/** Gives those who have come into a group or a channel their own view of it, as it is now. */
export async function tellNewcomers(
  database: Database,
  bus: DomainEventBus,
  conversationId: string,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return;
  const memberships = await membershipsIn(database.reader, conversationId, userIds);
  const conversations = await viewsOf(database.reader, memberships);
  const views = conversations.flatMap((conversation, index) => {
    const userId = memberships[index]?.userId;
    return userId === undefined ? [] : [{ userId, conversation }];
  });
  bus.publish('conversation.added', { views });
}
