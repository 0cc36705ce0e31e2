import type { Sync } from '../../contracts/conversations';
import type { Database } from '../../database/database';
import type { Identity } from '../accounts/identity';
import { isRemoved, isStranger } from './membership';
import { allMembershipsOf } from './membership.queries';
import { userVersionOf } from './conversations.queries';
import { compareWithCursor } from './sync-cursor';

/** Tells a client that was away which conversations to ask `changes` for. */
export class SyncService {
  constructor(private readonly database: Database) {}

  /** @throws validation_failed for a cursor that is not one of ours */
  async since(caller: Identity, cursor: string | undefined): Promise<Sync> {
    const { reader } = this.database;
    const userVersion = await userVersionOf(reader, caller.userId);
    const memberships = await allMembershipsOf(reader, caller.userId);
    const known = memberships.filter((membership) => !isStranger(membership));
    const states = known.map((membership) => ({
      conversationId: membership.conversationId,
      kind: membership.conversation.kind,
      // What happened after the caller left is not theirs to know.
      version: membership.leftAt ? membership.version : membership.conversation.version,
      myVersion: membership.myVersion,
      removed: membership.leftAt !== null || isRemoved(membership),
    }));
    const compared = compareWithCursor(states, cursor);
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
