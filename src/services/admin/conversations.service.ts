import type {
  AdministeredConversationPage,
  AdministeredConversationsQuery,
} from '../../contracts/admin-conversations';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor, pageOf } from '../../helpers/cursor';
import { usersByIds } from '../accounts';
import { titleKeyOf } from '../conversations/details.queries';
import { ownedConversations } from './conversations.queries';

/** What admins see of groups and channels. */
export class AdministeredConversationsService {
  constructor(private readonly database: Database) {}

  async list({
    kind,
    search,
    limit,
    cursor,
  }: AdministeredConversationsQuery): Promise<AdministeredConversationPage> {
    const [titleKey, id] = cursor === undefined ? [] : decodeCursor(cursor, ['title', 'id']);
    const after = id === undefined ? null : { titleKey: String(titleKey), id: String(id) };
    const prefix = search === undefined ? '' : titleKeyOf(search);
    const found = await ownedConversations(this.database, { kind, prefix, after, limit: limit + 1 });
    const page = pageOf(found, limit, (row) => encodeCursor(row.titleKey, row.id));
    const owners = await usersByIds(
      this.database.reader,
      page.rows.flatMap(({ ownerId }) => ownerId ?? []),
    );
    return {
      items: page.rows.map(({ titleKey: _, ownerId, createdAt, ...row }) => ({
        ...row,
        owner: owners.get(ownerId ?? '') ?? null,
        createdAt: createdAt.toISOString(),
      })),
      nextCursor: page.nextCursor,
    };
  }
}
