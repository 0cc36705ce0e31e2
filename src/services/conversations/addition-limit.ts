import type { Database } from '../../database/database';
import { AppError, errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { Limits } from '../limits/limits';
import { whoHaveWrittenTo } from './acquaintances.queries';

/** Why somebody is not added now: the seconds until they may be. */
export type AddedTooOften = ReadonlyMap<string, number>;

interface Added<T> {
  readonly result: T;
  readonly addedIds: readonly string[];
}

/** How often somebody is put into groups by people whom they have never written to in private, whoever those are. */
export class AdditionLimit {
  constructor(
    private readonly limits: Limits,
    private readonly database: Database,
  ) {}

  /**
   * Runs what adds people. They are counted before and taken back when they were not added, so that many who add somebody at the same
   * moment cannot pass the limit together.
   */
  async counting<T>(
    { userId: adderId }: Identity,
    userIds: readonly string[],
    add: (tooOften: AddedTooOften) => Promise<Added<T>>,
  ): Promise<T> {
    const counted: string[] = [];
    let added: readonly string[] = [];
    try {
      const tooOften = new Map<string, number>();
      for (const userId of await this.strangersAmong(adderId, userIds)) {
        const seconds = await this.refusedFor(userId);
        if (seconds === 0) counted.push(userId);
        else tooOften.set(userId, seconds);
      }
      const { result, addedIds } = await add(tooOften);
      added = addedIds;
      return result;
    } finally {
      for (const userId of counted)
        if (!added.includes(userId)) await this.limits.refund('addedToGroup', userId);
    }
  }

  /** @throws rate_limited when somebody was added too often */
  mustBeNobody({ tell }: Identity, tooOften: AddedTooOften): void {
    if (tooOften.size === 0) return;
    const seconds = Math.max(...tooOften.values());
    tell?.(this.limits.usedUp('addedToGroup', seconds));
    throw errors.rateLimited(seconds);
  }

  private async strangersAmong(adderId: string, userIds: readonly string[]): Promise<string[]> {
    if (!this.limits.active || userIds.length === 0) return [];
    const known = await whoHaveWrittenTo(this.database, adderId, userIds);
    return userIds.filter((userId) => !known.has(userId));
  }

  /** 0 when it was counted. */
  private async refusedFor(userId: string): Promise<number> {
    try {
      await this.limits.consume('addedToGroup', userId);
      return 0;
    } catch (error) {
      if (error instanceof AppError && error.code === 'rate_limited') return error.retryAfterSeconds ?? 1;
      throw error;
    }
  }
}
