import type { Ban } from '../../contracts/members';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { presentUser } from '../accounts';
import type { Identity } from '../accounts/identity';
import type { Done, Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationAccess } from './access';
import { bansPage, type BanPosition } from './bans.queries';
import { may, mayTouch } from './conversations.policy';
import { depart } from './departures';
import { mustBeAllowed, type OwnedKind } from './places';
import { accountsAmong, banFormer, banStranger, isIn, liftBan, rosterOf } from './roster.queries';

const NOTHING: Done<void> = { result: undefined, events: [] };

/** Who may not come into a group or a channel. */
export class BansService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
    private readonly writer: MessageWriter,
  ) {}

  /** Latest first. @throws not_found, forbidden */
  async list(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: Ban[]; nextCursor: string | null }> {
    const { role } = await this.access.member(caller, kind, conversationId);
    if (!may(kind, role, 'ban')) throw errors.forbidden();
    const after = cursor === undefined ? null : positionOf(cursor);
    const rows = await bansPage(this.database.reader, conversationId, after, limit + 1);
    const bans = rows.flatMap(({ userId, user, bannedAt }) => (bannedAt ? [{ userId, user, bannedAt }] : []));
    const page = bans.slice(0, limit);
    const last = bans.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map(({ user, bannedAt }) => ({
        user: presentUser(user),
        bannedAt: bannedAt.toISOString(),
      })),
      nextCursor: last ? encodeCursor(last.bannedAt.getTime(), last.userId) : null,
    };
  }

  /** Puts out whoever is in; keeps out whoever is not. @throws not_found, also for nobody; forbidden */
  async ban(caller: Identity, kind: OwnedKind, conversationId: string, userId: string): Promise<void> {
    await this.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId, userId]);
        const actor = mustBeAllowed(scene, kind, roster.get(caller.userId), 'ban');
        const entry = roster.get(userId);
        if (isIn(entry)) {
          if (!mayTouch(actor.role, entry.role)) throw errors.forbidden();
          const events = await depart(scene, entry, { reason: 'banned', actorId: caller.userId });
          return { result: undefined, events };
        }
        if (!entry) return keepOut(scene, userId);
        // Nobody sees the difference but those who see the bans.
        if (!entry.bannedAt) await banFormer(scene, userId);
        return unheard(scene, userId);
      },
    });
  }

  /** @throws not_found, forbidden */
  async lift(caller: Identity, kind: OwnedKind, conversationId: string, userId: string): Promise<void> {
    await this.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId, userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'ban');
        if (roster.get(userId)?.bannedAt) await liftBan(scene, userId);
        return NOTHING;
      },
    });
  }
}

async function keepOut(scene: Scene, userId: string): Promise<Done<void>> {
  if (!(await accountsAmong(scene, [userId])).has(userId)) throw errors.notFound('user');
  await banStranger(scene, userId);
  return unheard(scene, userId);
}

/** Whoever hears a public channel without following it hears it no longer. */
function unheard({ conversation }: Scene, userId: string): Done<void> {
  if (conversation.kind !== 'channel') return NOTHING;
  const left = ['conversation.left', { conversationId: conversation.id, userIds: [userId] }] as const;
  return { result: undefined, events: [left] };
}

function positionOf(cursor: string): BanPosition {
  const [time, userId] = decodeCursor(cursor, ['time', 'id']);
  return { bannedAt: new Date(Number(time)), userId: String(userId) };
}
