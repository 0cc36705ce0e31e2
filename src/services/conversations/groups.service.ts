import type { Conversation } from '../../contracts/conversations';
import type { Database } from '../../database/database';
import { retryOnContention } from '../../database/retry';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import type { Scene } from '../messages/act';
import type { AdditionLimit } from './addition-limit';
import type { ConversationsService } from './conversations.service';
import { tellOfConversation } from '../webhooks/conversations';
import { foundingScene, insertFounders, insertOwned } from './founding.queries';
import { tellNewcomers } from './newcomers';
import { accountsAmong, blockedAmong } from './roster.queries';
import { tellInConversation } from './system-messages';
import { advanceConversations } from '../messages/writer.queries';

interface Dependencies {
  readonly database: Database;
  readonly conversations: ConversationsService;
  readonly bus: DomainEventBus;
  readonly maxMembers: number;
  readonly additions: AdditionLimit;
}

interface NewGroup {
  readonly title: string;
  readonly description?: string | undefined;
  readonly memberIds: readonly string[];
}

export class GroupsService {
  constructor(private readonly deps: Dependencies) {}

  /** The caller owns it. @throws not_found for nobody, blocked, limit_reached; rate_limited when somebody was added to groups too often lately */
  async create(caller: Identity, { title, description, memberIds }: NewGroup): Promise<Conversation> {
    const { database, conversations, bus, maxMembers, additions } = this.deps;
    const ownerId = caller.userId;
    const others = [...new Set(memberIds)].filter((id) => id !== ownerId);
    if (others.length + 1 > maxMembers)
      throw errors.limitReached(`A group has at most ${maxMembers} members`);
    const id = newId();
    const details = { id, kind: 'group', title, description: description || null, ownerId } as const;
    await additions.counting(caller, others, async (tooOften) => {
      additions.mustBeNobody(caller, tooOften);
      await retryOnContention(() =>
        database.sqlTransaction(async (sql) => {
          const scene = foundingScene(sql, database, details, others.length + 1);
          await insertOwned(scene, details);
          await mustBeWelcome(scene, ownerId, others);
          await insertFounders(scene, ownerId, others);
          await tellOfConversation(scene, 'conversation.created', title);
          await tellInConversation(scene, { action: 'created', actorId: ownerId, targetIds: others });
          await sql.execute(...advanceConversations(database.dialect, [scene.conversation]));
        }),
      );
      return { result: undefined, addedIds: others };
    });
    const userIds = [ownerId, ...others];
    bus.publish('conversation.joined', { conversationId: id, userIds });
    await tellNewcomers(database, bus, id, userIds);
    return conversations.get(caller, 'group', id);
  }
}

async function mustBeWelcome(scene: Scene, ownerId: string, others: readonly string[]): Promise<void> {
  const accounts = await accountsAmong(scene, others);
  if (accounts.size < others.length) throw errors.notFound('user');
  if ((await blockedAmong(scene, ownerId, others)).size > 0) throw errors.blocked();
}
