import type { Changes } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import { hiddenSince } from '../messages/hidden.queries';
import { messageView } from '../messages/message-views';
import { messagesSince, toReadMessage, type VersionRange } from '../messages/messages.queries';
import type { ConversationAccess } from './access';
import { presentMember } from './conversation.presenter';
import { membershipsSince } from './conversations.queries';
import { may } from './conversations.policy';
import { viewsOf } from './views';

/** Rows further back than that are not told one by one. */
const MAX_VERSIONS_BACK = 10_000;
const EVERYTHING = 1_000_000;

interface Change {
  readonly version: number;
}

/**
 * Where a page ends: at a whole version, never in the middle of one.
 * @param merged rows by version, complete up to `limit + 1` of them
 * @returns the last version on the page and whether all its rows are among `merged`; `null` when nothing is cut off
 */
export function endOfPage(
  merged: readonly Change[],
  limit: number,
): { version: number; complete: boolean } | null {
  const beyond = merged[limit];
  if (!beyond) return null;
  const before = merged.findLast((row, index) => index < limit && row.version < beyond.version);
  return before ? { version: before.version, complete: true } : { version: beyond.version, complete: false };
}

/** What a client missed. Exact because versions are given under a row lock that is held until the commit. */
export class ChangesService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
  ) {}

  /** Everything after `since`, in version order. @throws not_found */
  async since(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    { since, mySince, limit }: { readonly since: number; readonly mySince: number; readonly limit: number },
  ): Promise<Changes> {
    // The counters first: rows that come later are told again next time, none is left out.
    const membership = await this.access.member(caller, kind, conversationId);
    const { version } = membership.conversation;
    const { userId } = caller;
    const hiddenRange = { userId, conversationId, since: mySince, upTo: membership.myVersion };
    const [[conversation], hidden] = await Promise.all([
      viewsOf(this.database.reader, [membership]),
      hiddenSince(this.database.reader, hiddenRange, MAX_VERSIONS_BACK + 1),
    ]);
    if (!conversation) throw errors.notFound(kind);
    const answer = {
      conversation,
      members: [],
      messages: [],
      my: conversation.my,
      hidden,
      version,
      myVersion: membership.myVersion,
      hasMore: false,
      resetRequired: false,
    } satisfies Changes;
    const tooFar = version - since > MAX_VERSIONS_BACK || hidden.length > MAX_VERSIONS_BACK;
    const { prunedVersion } = membership.conversation;
    if (since > version || since < Math.max(membership.joinedVersion, prunedVersion) || tooFar)
      return { ...answer, hidden: [], resetRequired: true };

    const withMembers = kind !== 'channel' || may(kind, membership.role, 'seeMembers');
    const range = { conversationId, since, upTo: version, limit: limit + 1 };
    const rows = await this.read(userId, range, withMembers);
    const merged = [...rows.messages, ...rows.members].sort((left, right) => left.version - right.version);
    const end = endOfPage(merged, limit);
    // One version alone overflows the page: it goes out whole.
    const { messages, members } =
      end && !end.complete
        ? await this.read(userId, { ...range, upTo: end.version, limit: EVERYTHING }, withMembers)
        : rows;
    const onPage = (row: Change): boolean => end === null || row.version <= end.version;
    const seen = messages
      .filter((row) => onPage(row) && row.seq > membership.clearedUptoSeq)
      .map((row) => toReadMessage(row, membership.conversation));
    return {
      ...answer,
      messages: seen.map((message) => messageView(message, userId)),
      members: members.filter(onPage).map(presentMember),
      version: end?.version ?? version,
      hasMore: end !== null && end.version < version,
    };
  }

  /** @param withMembers the members of a channel are shown to those who run it */
  private async read(userId: string, range: VersionRange, withMembers: boolean) {
    const [messages, members] = await Promise.all([
      messagesSince(this.database.reader, range, userId),
      withMembers ? membershipsSince(this.database.reader, range) : [],
    ]);
    return { messages, members };
  }
}
