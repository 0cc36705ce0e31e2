import type { Visibility } from '../../contracts/conversations';
import { tuples } from '../../database/dialects/dialect';
import type { Database, SqlSession, SqlValue } from '../../database/database';
import type { Scene } from '../messages/act';
import { handleKeyOf, titleKeyOf } from './details.queries';
import type { OwnedKind } from './places';

interface Founding {
  readonly id: string;
  readonly kind: OwnedKind;
  readonly title: string;
  readonly description: string | null;
  readonly ownerId: string;
  /** of channels, as what follows */
  readonly handle?: string | null;
  readonly visibility?: Visibility;
  readonly signed?: boolean;
}

/** A conversation that nobody knows of yet. */
export function foundingScene(
  sql: SqlSession,
  { dialect }: Pick<Database, 'dialect'>,
  {
    id,
    kind,
    visibility = undefined,
    signed = false,
  }: Pick<Founding, 'id' | 'kind' | 'visibility' | 'signed'>,
  memberCount: number,
): Scene {
  const now = new Date();
  const conversation = {
    id,
    kind,
    pairKey: null,
    visibility: visibility ?? null,
    signed,
    slowModeSeconds: 0,
    deleted: false,
    memberCount,
    lastSeq: 0,
    version: 1,
    lastActivityAt: now,
  };
  return { sql, dialect, conversation, released: new Set(), now };
}

/** The row of a new group or channel, at its scene's counters. @throws a unique violation when another channel has the handle */
export async function insertOwned(
  { sql, conversation, now }: Scene,
  { id, kind, title, description, ownerId, handle = null }: Founding,
): Promise<void> {
  const { visibility, signed, memberCount, lastSeq, version } = conversation;
  await sql.execute(
    `INSERT INTO conversation (id, kind, title, titleKey, description, ownerId, handle, handleKey, visibility, signed,
       memberCount, lastSeq, version, lastActivityAt, createdAt) VALUES ${tuples(1, 15)}`,
    [
      ...[id, kind, title, titleKeyOf(title), description, ownerId, handle, handleKeyOf(handle)],
      ...[visibility, Number(signed), memberCount, lastSeq, version, now, now],
    ],
  );
}

/** Those who are in from the beginning, all at the first version. */
export async function insertFounders(
  { sql, conversation, now }: Scene,
  ownerId: string,
  others: readonly string[],
): Promise<void> {
  const founders = [ownerId, ...others];
  await sql.execute(
    `INSERT INTO membership (conversationId, userId, role, version, joinedVersion, myVersion, createdAt)
      VALUES ${tuples(founders.length, 7)}`,
    founders.flatMap((userId): SqlValue[] => [
      conversation.id,
      userId,
      userId === ownerId ? 'owner' : 'member',
      conversation.version,
      0,
      0,
      now,
    ]),
  );
}
