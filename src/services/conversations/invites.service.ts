import type { Invite, NewInvite } from '../../contracts/invites';
import type { User } from '../../contracts/users';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { randomToken, sha256 } from '../../helpers/hashing';
import { newId } from '../../helpers/ids';
import { usersByIds } from '../accounts';
import type { Identity } from '../accounts/identity';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationAccess } from './access';
import { may } from './conversations.policy';
import {
  countLiveInvites,
  insertInvite,
  inviteOf,
  liveInvitesPage,
  revokeInvite,
  type InvitePosition,
  type InviteRow,
} from './invites.queries';
import { mustBeAllowed, type OwnedKind } from './places';
import { rosterOf } from './roster.queries';

/** Invites of one conversation that let people in at the same time. */
const MAX_LIVE = 50;

interface Dependencies {
  readonly database: Database;
  readonly access: ConversationAccess;
  readonly writer: MessageWriter;
  /** where clients reach the server; `null` when it was not told */
  readonly publicUrl: string | null;
}

interface Asked {
  readonly expiresIn: number;
  readonly maxUses?: number | undefined;
}

/** The links that let people into a group or a channel. Of a token only the hash is kept. */
export class InvitesService {
  constructor(private readonly deps: Dependencies) {}

  /** @param asked `expiresIn` in seconds @throws not_found, forbidden, limit_reached */
  async create(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    { expiresIn, maxUses = undefined }: Asked,
  ): Promise<NewInvite> {
    const { database, writer, publicUrl } = this.deps;
    const token = randomToken();
    const createdAt = new Date();
    const invite = {
      id: newId(),
      conversationId,
      createdById: caller.userId,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + expiresIn * 1000),
      maxUses: maxUses ?? null,
    };
    await writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'invite');
        if ((await countLiveInvites(scene.sql, conversationId, scene.now)) >= MAX_LIVE)
          throw errors.limitReached(`There are ${MAX_LIVE} invites already; revoke one`);
        await insertInvite(scene.sql, { ...invite, tokenHash: sha256(token) });
        return { result: undefined, events: [] };
      },
    });
    const people = await usersByIds(database.reader, [caller.userId]);
    const creator = people.get(caller.userId);
    if (!creator) throw errors.notFound('user');
    const url = `${publicUrl ?? ''}/api/v1/invites/${token}`;
    return { ...presentInvite({ ...invite, uses: 0 }, creator), token, url };
  }

  /** Those that still let people in, latest first. @throws not_found, forbidden */
  async list(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: Invite[]; nextCursor: string | null }> {
    const { reader } = this.deps.database;
    const { role } = await this.deps.access.member(caller, kind, conversationId);
    if (!may(kind, role, 'invite')) throw errors.forbidden();
    const after = cursor === undefined ? null : positionOf(cursor);
    const rows = await liveInvitesPage(reader, conversationId, new Date(), after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const people = await usersByIds(
      reader,
      page.map((invite) => invite.createdById),
    );
    return {
      items: page.flatMap((invite) => {
        const creator = people.get(invite.createdById);
        return creator ? [presentInvite(invite, creator)] : [];
      }),
      nextCursor: last ? encodeCursor(last.createdAt.getTime(), last.id) : null,
    };
  }

  /** Whoever came by it stays. @throws not_found, forbidden */
  async revoke(caller: Identity, kind: OwnedKind, conversationId: string, inviteId: string): Promise<void> {
    await this.deps.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'invite');
        const invite = await inviteOf(scene.sql, conversationId, inviteId);
        if (!invite) throw errors.notFound('invite');
        if (!invite.revoked) await revokeInvite(scene.sql, inviteId, scene.now);
        return { result: undefined, events: [] };
      },
    });
  }
}

function presentInvite(invite: Omit<InviteRow, 'revoked'>, createdBy: User): Invite {
  const { id, expiresAt, maxUses, uses, createdAt } = invite;
  return {
    id,
    expiresAt: expiresAt.toISOString(),
    maxUses,
    uses,
    createdAt: createdAt.toISOString(),
    createdBy,
  };
}

function positionOf(cursor: string): InvitePosition {
  const [time, id] = decodeCursor(cursor, ['time', 'id']);
  return { createdAt: new Date(Number(time)), id: String(id) };
}
