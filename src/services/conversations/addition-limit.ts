import type { Limits } from '../limits/limits';

/** How often somebody is put into groups by others, whoever they are: counted when it was done, asked before. */
export class AdditionLimit {
  constructor(private readonly limits: Limits) {}

  /** Those of some people who were added too often lately, and for how many seconds nobody adds them. */
  async reachedAmong(userIds: readonly string[]): Promise<Map<string, number>> {
    const reached = new Map<string, number>();
    for (const userId of userIds) {
      const seconds = await this.limits.blockedForSeconds('addedToGroup', userId);
      if (seconds > 0) reached.set(userId, seconds);
    }
    return reached;
  }

  async count(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) await this.limits.count('addedToGroup', userId);
  }
}
