import type { Database } from '../../database/database';
import { retryOnContention } from '../../database/retry';
import { AppError } from '../../helpers/errors';
import type { Logger } from '../../helpers/logger';
import type { AvatarsService } from '../avatars/avatars.service';
import { conversationIdsOf } from '../conversations/conversations.queries';
import { tellOwnViews } from '../conversations/my.service';
import type { DomainEventBus } from '../domain-events';
import { unattachedOf } from '../files/file.queries';
import type { FileRemoval } from '../files/removal';
import type { Act } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import { forgetPerson } from './account-deletion.queries';
import { forgetOwnViews, markErased, ownMessagesAfter, unerased, unerasedAfter } from './erasure.queries';
import { leaveForGood, takeBack } from './last-acts';

/** Acts handed to the message writer at once: the others' messages go in between. */
const AT_ONCE = 20;
/** Rows looked at, or deleted, by one statement. */
const BATCH = 100;
/** A request that was under way when the account went has ended by then, and left nothing that a later look would not find. */
const ALL_ENDED_AFTER_MS = 10 * 60_000;

interface Dependencies {
  readonly database: Database;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
  readonly avatars: AvatarsService;
  readonly fileRemoval: FileRemoval;
  /** removes the archives that are nobody's */
  readonly exportMaker: { sweep(): Promise<void> };
  readonly logger: Logger;
  readonly clock?: () => Date;
}

/**
 * Removes what deleted accounts have left: out of their conversations, their messages if they wanted that, their files. Whatever stops it,
 * it goes on where it was: what is done is seen by what is there. Safe to run anywhere at any time, on several servers at once.
 */
export class AccountErasure {
  private readonly queue = new Set<string>();
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly deps: Dependencies) {}

  /** After the commit that deleted the account. */
  begin(userId: string): void {
    this.queue.add(userId);
    void this.run();
  }

  /** Goes on with what a server that died has left, and looks once more after those that went a moment ago. */
  async sweep(): Promise<void> {
    for (let ids: string[] = [], after = ''; ; after = ids.at(-1) ?? after) {
      ids = await unerasedAfter(this.deps.database, after, BATCH);
      for (const id of ids) this.queue.add(id);
      if (ids.length < BATCH) break;
    }
    await this.run();
  }

  /** Begins nothing more; resolves when what is under way has come to an end. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private run(): Promise<void> {
    this.running ??= this.eraseAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async eraseAll(): Promise<void> {
    for (const userId of this.queue) {
      this.queue.delete(userId);
      if (this.stopped) return;
      await this.erase(userId).catch((error: unknown) =>
        this.deps.logger.warn({ err: error, userId }, 'the erasure of an account was interrupted'),
      );
    }
  }

  private async erase(userId: string): Promise<void> {
    const { database, clock = () => new Date() } = this.deps;
    const account = await unerased(database.writer, userId);
    if (!account) return;
    const isLast = clock().getTime() - account.deletedAt.getTime() > ALL_ENDED_AFTER_MS;
    await this.deps.exportMaker.sweep();
    await this.leaveAll(userId);
    if (account.erasure === 'delete') await this.takeBackAll(userId);
    await this.forget(userId);
    await this.removeFiles(userId);
    if (isLast && !this.stopped) await markErased(database.writer, userId);
  }

  private async leaveAll(userId: string): Promise<void> {
    const { database, writer, bus, avatars } = this.deps;
    const ids = (await conversationIdsOf(database.writer, [userId])).get(userId) ?? [];
    await this.some(ids, async (conversationId) => {
      const act = { conversationId, apply: (scene) => leaveForGood(scene, userId) } satisfies Act<unknown>;
      const left = await ifThere(writer.act(act));
      if (!left) return;
      if (left.picture) await avatars.discard(left.picture);
      if (left.seenAnewBy.length > 0) await tellOwnViews(database, bus, conversationId, left.seenAnewBy);
    });
  }

  private async takeBackAll(userId: string): Promise<void> {
    const { database, writer } = this.deps;
    let after = { conversationId: '', clientMessageId: '' };
    for (let isMore = true; isMore && !this.stopped;) {
      const messages = await ownMessagesAfter(database, userId, after, BATCH);
      await this.some(messages, async (message) => {
        const { conversationId } = message;
        await ifThere(writer.act({ conversationId, apply: (scene) => takeBack(scene, message) }));
      });
      after = messages.at(-1) ?? after;
      isMore = messages.length === BATCH;
    }
  }

  private async forget(userId: string): Promise<void> {
    const { writer } = this.deps.database;
    await retryOnContention(() => forgetPerson(writer, userId));
    for (let forgotten = BATCH; forgotten === BATCH && !this.stopped;)
      forgotten = await retryOnContention(() => forgetOwnViews(writer, userId, BATCH));
  }

  private async removeFiles(userId: string): Promise<void> {
    const { database, fileRemoval } = this.deps;
    for (let isMore = true; isMore && !this.stopped;) {
      const ids = await unattachedOf(database.writer, userId, BATCH);
      await fileRemoval.remove(ids);
      isMore = ids.length === BATCH;
    }
  }

  private async some<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
    for (let from = 0; from < all.length && !this.stopped; from += AT_ONCE)
      await Promise.all(all.slice(from, from + AT_ONCE).map(work));
  }
}

/** In a conversation that was deleted meanwhile there is nothing to do. */
const ifThere = <T>(done: Promise<T>): Promise<T | undefined> =>
  done.catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
