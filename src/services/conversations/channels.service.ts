import type { Channel, Conversation, Visibility } from '../../contracts/conversations';
import type { Database } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { retryOnContention } from '../../database/retry';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import type { ConversationAccess } from './access';
import { channelViewsOf, publicViewsOf } from './channel-views';
import { channelIdByHandle, findChannels, type ChannelPosition } from './channels.queries';
import type { ConversationsService } from './conversations.service';
import { tellOfConversation } from '../webhooks/conversations';
import { foundingScene, insertFounders, insertOwned } from './founding.queries';
import { tellNewcomers } from './newcomers';
import { viewsOf } from './views';

interface Dependencies {
  readonly database: Database;
  readonly access: ConversationAccess;
  readonly conversations: ConversationsService;
  readonly bus: DomainEventBus;
}

interface NewChannel {
  readonly title: string;
  readonly handle?: string | undefined;
  readonly description?: string | undefined;
  readonly visibility: Visibility;
  readonly signed: boolean;
}

interface Search {
  readonly search?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Channels: made, found, looked at. */
export class ChannelsService {
  constructor(private readonly deps: Dependencies) {}

  /** The caller owns it. A handle is one channel's, under any race. @throws handle_taken */
  async create(caller: Identity, { handle, description, ...rest }: NewChannel): Promise<Conversation> {
    const { database, conversations, bus } = this.deps;
    const ownerId = caller.userId;
    const details = {
      ...rest,
      id: newId(),
      kind: 'channel' as const,
      ownerId,
      handle: handle ?? null,
      description: description || null,
    };
    await retryOnContention(() =>
      database.sqlTransaction(async (sql) => {
        const scene = foundingScene(sql, database, details, 1);
        await insertOwned(scene, details);
        await insertFounders(scene, ownerId, []);
        await tellOfConversation(scene, 'conversation.created', details.title);
      }),
    ).catch((error: unknown) => {
      throw isUniqueViolation(error) ? errors.handleTaken() : error;
    });
    bus.publish('conversation.joined', { conversationId: details.id, userIds: [ownerId] });
    await tellNewcomers(database, bus, details.id, [ownerId]);
    return conversations.get(caller, 'channel', details.id);
  }

  /** A channel as its followers see it, or a public one as everybody does. @throws not_found */
  async get(caller: Identity, channelId: string): Promise<Channel> {
    const { database, access } = this.deps;
    const { conversation, membership } = await access.reader(caller, 'channel', channelId);
    const [channel] = membership
      ? await viewsOf(database.reader, [membership])
      : await publicViewsOf(database.reader, caller.userId, [conversation]);
    if (!channel) throw errors.notFound('channel');
    return channel;
  }

  /** @throws not_found */
  async byHandle(caller: Identity, handle: string): Promise<Channel> {
    const channelId = await channelIdByHandle(this.deps.database.reader, handle);
    if (channelId === null) throw errors.notFound('channel');
    return this.get(caller, channelId);
  }

  /** Public channels and the caller's own, by title. */
  async find(
    { userId }: Identity,
    { search, cursor, limit }: Search,
  ): Promise<{ items: Channel[]; nextCursor: string | null }> {
    const { reader } = this.deps.database;
    const after = cursor === undefined ? null : positionOf(cursor);
    const found = await findChannels(reader, { userId, search, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      items: await channelViewsOf(
        reader,
        userId,
        page.map(({ id }) => id),
      ),
      nextCursor: last ? encodeCursor(last.titleKey, last.id) : null,
    };
  }
}

function positionOf(cursor: string): ChannelPosition {
  const [titleKey, id] = decodeCursor(cursor, ['title', 'id']);
  return { titleKey: String(titleKey), id: String(id) };
}
