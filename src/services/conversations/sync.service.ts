import type { Sync } from '../../contracts/conversations';
import type { Database } from '../../database/database';
import { Gathered } from '../../helpers/gathered';
import type { Identity } from '../accounts/identity';
import { compareWithCursor } from './sync-cursor';
import { standingsOf, type Standing } from './sync.queries';

/** People of one statement: each may have thousands of conversations. */
const AT_ONCE = 25;

/** Tells a client that was away which conversations to ask `changes` for. */
export class SyncService {
  private readonly standings: Gathered<string, Standing>;

  constructor({ reader }: Pick<Database, 'reader'>) {
    this.standings = new Gathered((userIds) => standingsOf(reader, userIds), { most: AT_ONCE });
  }

  /** @throws validation_failed for a cursor that is not one of ours */
  async since(caller: Identity, cursor: string | undefined): Promise<Sync> {
    const { userVersion, conversations } = (await this.standings.get(caller.userId)) ?? {
      userVersion: 0,
      conversations: [],
    };
    const compared = compareWithCursor(conversations, cursor);
    return {
      items: compared.changed.map(({ removed, ...item }) => ({
        ...item,
        ...(removed && { removed: true as const }),
      })),
      userVersion,
      nextCursor: compared.cursor,
    };
  }
}
