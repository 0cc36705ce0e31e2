import type { ConversationKind } from '../../contracts/messages';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { ConversationRow, Membership } from './membership';
import { conversationById, membershipOf } from './membership.queries';

/** A conversation as somebody may read it. */
export interface Reading {
  readonly conversation: ConversationRow;
  /** `null` for whoever reads a public channel without following it */
  readonly membership: Membership | null;
  /** messages up to here are gone from the reader's view */
  readonly clearedUptoSeq: number;
}

const isOpen = ({ kind, visibility, deletedAt }: ConversationRow): boolean =>
  kind === 'channel' && visibility === 'public' && deletedAt === null;

/** Who may look into a conversation. To everybody else it does not exist. */
export class ConversationAccess {
  constructor(private readonly database: Database) {}

  /**
   * The caller's membership with the conversation's counters.
   * @param kind what the caller takes it for; `null` when any will do
   * @throws not_found
   */
  async member(caller: Identity, kind: ConversationKind | null, conversationId: string): Promise<Membership> {
    const membership = await membershipOf(this.database.reader, conversationId, caller.userId);
    if (!membership || membership.leftAt || (kind !== null && membership.conversation.kind !== kind))
      throw errors.notFound(kind ?? 'conversation');
    return membership;
  }

  /** Members, and of a public channel everybody who is not banned. @throws not_found */
  async reader(caller: Identity, kind: ConversationKind, conversationId: string): Promise<Reading> {
    const { reader } = this.database;
    const membership = await membershipOf(reader, conversationId, caller.userId);
    if (membership?.leftAt === null && membership.conversation.kind === kind)
      return { conversation: membership.conversation, membership, clearedUptoSeq: membership.clearedUptoSeq };
    if (kind !== 'channel' || membership?.bannedAt) throw errors.notFound(kind);
    const conversation = membership?.conversation ?? (await conversationById(reader, conversationId));
    if (!conversation || !isOpen(conversation)) throw errors.notFound(kind);
    return { conversation, membership: null, clearedUptoSeq: 0 };
  }
}
