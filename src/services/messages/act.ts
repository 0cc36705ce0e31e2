import type { SqlSession } from '../../database/database';
import type { Dialect } from '../../database/dialects/dialect';
import type { DomainEvents } from '../domain-events';
import type { LockedConversation } from './writer.queries';

/** One event with its name, as it is handed to the bus. */
export type NamedEvent = {
  [Name in keyof DomainEvents]: readonly [name: Name, event: DomainEvents[Name]];
}[keyof DomainEvents];

/** What an act works on: the batch's transaction, in which its conversation is locked. */
export interface Scene {
  readonly sql: SqlSession;
  readonly dialect: Dialect;
  /**
   * Its counters are raised by whoever takes the next `version` or `seq`; they are stored after the act. Whoever changes another of its
   * columns changes it here, too: other acts of the batch come behind.
   */
  readonly conversation: LockedConversation;
  /** Ids of files that a message had and has no more: behind the acts it is seen which of them no other has. */
  readonly released: Set<string>;
  readonly now: Date;
}

/** What an act did: its result, and what the others are told of it, in order, after the commit. */
export interface Done<Result> {
  readonly result: Result;
  readonly events: readonly NamedEvent[];
}

/**
 * A change of one conversation other than a new message of a person: a member, a role, a title. It goes through the writer's
 * queue, so that the order of versions is the order of commits, and of events.
 */
export interface Act<Result> {
  readonly conversationId: string;
  /**
   * Reads what it needs after the lock and changes it. May be called again when the transaction has to be repeated: nothing but what
   * goes through `scene.sql` may change. An AppError refuses the act, and what it wrote is rolled back.
   */
  apply(scene: Scene): Promise<Done<Result>>;
}

/** The next `version`: every change that others can see takes one of its own. */
export function nextVersion({ conversation }: Scene): number {
  conversation.version += 1;
  return conversation.version;
}
