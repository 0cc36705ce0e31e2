import type { MemberRole } from '../../contracts/conversations';
import type { AddedMembers, ConversationMember } from '../../contracts/members';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { presentUser, usersByIds } from '../accounts';
import type { Identity } from '../accounts/identity';
import type { DomainEventBus } from '../domain-events';
import { nextVersion } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationAccess } from './access';
import type { AddedTooOften, AdditionLimit } from './addition-limit';
import { arrive } from './arrivals';
import { presentConversationMember } from './conversation.presenter';
import { may, mayTouch } from './conversations.policy';
import { depart } from './departures';
import { revokeInvitesOf } from './invites.queries';
import { membersChanged } from './member-events';
import { memberIdsOf, membersPage } from './members.queries';
import { tellOwnViews } from './my.service';
import { tellNewcomers } from './newcomers';
import { mustBeAllowed, mustBeIn, type OwnedKind } from './places';
import { accountsAmong, blockedAmong, isIn, rosterOf, setRole, type RosterEntry } from './roster.queries';

interface Dependencies {
  readonly database: Database;
  readonly access: ConversationAccess;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
  readonly maxGroupMembers: number;
  readonly additions: AdditionLimit;
}

/** People of a group whose presence is looked up at once. */
const MAX_FIRST = 1_000;

type Refused = AddedMembers['refused'][number];

/** The people of groups and channels: who is in, who comes and goes, in which role. */
export class MembersService {
  constructor(private readonly deps: Dependencies) {}

  /** By id: who has had an account for longest comes first. @throws not_found, forbidden */
  async list(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: ConversationMember[]; nextCursor: string | null }> {
    const { database, access } = this.deps;
    const { role } = await access.member(caller, kind, conversationId);
    if (!may(kind, role, 'seeMembers')) throw errors.forbidden();
    const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['id'])[0]);
    const rows = await membersPage(database.reader, conversationId, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map((row) => presentConversationMember(row, presentUser(row.user))),
      nextCursor: last ? encodeCursor(last.userId) : null,
    };
  }

  /** Some of those who are in it, at most a thousand, for a caller who was found to be one of them. */
  firstIds(conversationId: string): Promise<string[]> {
    return memberIdsOf(this.deps.database.reader, conversationId, MAX_FIRST);
  }

  /** Adds people who may be added, and tells of each of the others why not. @throws not_found, forbidden, limit_reached */
  async add(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    userIds: readonly string[],
  ): Promise<AddedMembers> {
    const { database, bus, additions } = this.deps;
    const ids = [...new Set(userIds)];
    const { entries, refused } = await additions.counting(caller, ids, async (tooOften) => {
      const result = await this.putIn(caller, kind, conversationId, ids, tooOften);
      return { result, addedIds: result.entries.map(({ userId }) => userId) };
    });
    await tellNewcomers(
      database,
      bus,
      conversationId,
      entries.map(({ userId }) => userId),
    );
    return { items: await this.present(entries), refused };
  }

  private putIn(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    ids: readonly string[],
    tooOften: AddedTooOften,
  ): Promise<{ entries: readonly RosterEntry[]; refused: Refused[] }> {
    const { writer, maxGroupMembers } = this.deps;
    return writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [...new Set([caller.userId, ...ids])]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'manageMembers');
        const accounts = await accountsAmong(scene, ids);
        const blocked = await blockedAmong(scene, caller.userId, ids);
        const refusalOf = (userId: string): Refused['code'] | null => {
          const entry = roster.get(userId);
          if (!accounts.has(userId)) return 'not_found';
          if (isIn(entry)) return 'conflict';
          if (entry?.bannedAt) return 'forbidden';
          if (blocked.has(userId)) return 'blocked';
          return tooOften.has(userId) ? 'rate_limited' : null;
        };
        const judged = ids.map((userId) => ({ userId, code: refusalOf(userId) }));
        const welcome = judged.filter(({ code }) => code === null).map(({ userId }) => userId);
        const arrival = { action: 'added', actorId: caller.userId, maxGroupMembers } as const;
        const { entries, events } = await arrive(scene, welcome, arrival);
        const refused = judged.flatMap(({ userId, code }): Refused[] => (code ? [{ userId, code }] : []));
        return { result: { entries, refused }, events };
      },
    });
  }

  /** @throws not_found, also for somebody who is not in it; forbidden */
  async changeRole(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    userId: string,
    role: Exclude<MemberRole, 'owner'>,
  ): Promise<ConversationMember> {
    const { database, writer, bus } = this.deps;
    const { entry, changed } = await writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId, userId]);
        const actor = mustBeAllowed(scene, kind, roster.get(caller.userId), 'manageRoles');
        const before = mustBeIn(roster.get(userId));
        if (!mayTouch(actor.role, before.role)) throw errors.forbidden();
        if (before.role === role) return { result: { entry: before, changed: false }, events: [] };
        const entry = { ...before, role, version: nextVersion(scene) };
        await setRole(scene, userId, role, entry.version);
        if (!may(kind, role, 'invite')) await revokeInvitesOf(scene, userId);
        const { version } = entry;
        const events = await membersChanged(scene, [{ userId, role, version, change: 'role' }]);
        return { result: { entry, changed: true }, events };
      },
    });
    if (changed) await tellOwnViews(database, bus, conversationId, [userId]);
    const [member] = await this.present([entry]);
    if (!member) throw errors.notFound('member');
    return member;
  }

  /** Removes somebody; oneself: leaves. @throws not_found, also for somebody who is not in it; forbidden */
  async remove(caller: Identity, kind: OwnedKind, conversationId: string, userId: string): Promise<void> {
    const actorId = caller.userId;
    await this.deps.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [...new Set([actorId, userId])]);
        const leaves = userId === actorId;
        const actor = mustBeAllowed(scene, kind, roster.get(actorId), leaves ? 'leave' : 'manageMembers');
        const entry = mustBeIn(roster.get(userId));
        if (!leaves && !mayTouch(actor.role, entry.role)) throw errors.forbidden();
        const events = await depart(scene, entry, { reason: leaves ? 'left' : 'removed', actorId });
        return { result: undefined, events };
      },
    });
  }

  private async present(entries: readonly RosterEntry[]): Promise<ConversationMember[]> {
    const ids = entries.map(({ userId }) => userId);
    const people = await usersByIds(this.deps.database.reader, ids);
    return entries.flatMap((entry) => {
      const user = people.get(entry.userId);
      return user ? [presentConversationMember(entry, user)] : [];
    });
  }
}
