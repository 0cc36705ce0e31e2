import type { User } from '../../contracts/users';
import type { Database, Db } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { isThere, usersByIds } from '../accounts';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import { blocksOf, deleteBlock, insertBlock, type BlockPosition } from './blocks.queries';
import { bumpOwnViews, bumpUserVersion, lockChatOfPair, lockPair } from './conversations.queries';
import { tellOwnViews } from './my.service';
import { pairKeyOf } from './pair';

/** Blocking works both ways for messages, presence and typing. */
export class BlocksService {
  constructor(
    private readonly database: Database,
    private readonly bus: DomainEventBus,
  ) {}

  /** @throws validation_failed for oneself, not_found for nobody */
  async block(caller: Identity, userId: string): Promise<void> {
    if (userId === caller.userId)
      throw errors.validationFailed([{ path: 'params.userId', message: 'must be somebody else' }]);
    if (!(await isThere(this.database.reader, userId))) throw errors.notFound('user');
    await this.change(caller, userId, (db) => insertBlock(db, caller.userId, userId, new Date())).catch(
      (error: unknown) => {
        // Twice at the same moment: the other one made it.
        if (!isUniqueViolation(error)) throw error;
      },
    );
  }

  async unblock(caller: Identity, userId: string): Promise<void> {
    await this.change(caller, userId, (db) => deleteBlock(db, caller.userId, userId));
  }

  /** Whom the caller blocks, latest first. */
  async list(
    caller: Identity,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: User[]; nextCursor: string | null }> {
    const after = cursor === undefined ? null : positionOf(cursor);
    const rows = await blocksOf(this.database.reader, caller.userId, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const people = await usersByIds(
      this.database.reader,
      page.map((row) => row.blockedId),
    );
    return {
      items: page.flatMap((row) => people.get(row.blockedId) ?? []),
      nextCursor: last ? encodeCursor(last.createdAt.getTime(), last.blockedId) : null,
    };
  }

  /**
   * The pair's chat is locked first, so that a message is either before the block or refused by it. Both own views
   * change with it (who may post), so both people's `myVersion` counts it.
   */
  private async change(caller: Identity, userId: string, apply: (db: Db) => Promise<boolean>): Promise<void> {
    const changed = await this.database.transaction(async (db) => {
      const chat = await lockChatOfPair(db, this.database.dialect, pairKeyOf(caller.userId, userId));
      // Conversation first, then people, as the writer does.
      await lockPair(db, this.database.dialect, caller.userId, userId);
      if (!(await apply(db))) return null;
      if (chat) await bumpOwnViews(db, chat);
      return { chat, userVersion: await bumpUserVersion(db, caller.userId) };
    });
    if (!changed) return;
    this.bus.publish('user.updated', { userId: caller.userId, userVersion: changed.userVersion });
    if (!changed.chat) return;
    await tellOwnViews(this.database, this.bus, changed.chat, [caller.userId, userId]);
  }
}

function positionOf(cursor: string): BlockPosition {
  const [time, blockedId] = decodeCursor(cursor, ['time', 'id']);
  return { createdAt: new Date(Number(time)), blockedId: String(blockedId) };
}
