import type { MessageType } from '../../contracts/messages';
import type { Database, Db, Row, SqlSession } from '../../database/database';
import { placeholders, type Dialect } from '../../database/dialects/dialect';
import { asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';
import type { Searchable } from './index-terms';

/** A conversation with changes that are not in the index. */
export interface Behind {
  readonly conversationId: string;
  readonly indexedVersion: number;
  readonly version: number;
}

/** Locks how far the conversations are indexed, which nobody but an indexer waits for. @param ids in order */
export async function lockProgress(
  sql: SqlSession,
  { search }: Dialect,
  ids: readonly string[],
): Promise<Behind[]> {
  await sql.execute(
    search.openProgress(ids.length),
    ids.flatMap((id) => [id, 0]),
  );
  const rows = await sql.query(
    `SELECT p.conversationId, p.indexedVersion, c.version
     FROM search_progress p JOIN conversation c ON c.id = p.conversationId
     WHERE p.conversationId IN (${placeholders(ids.length)}) AND c.version > p.indexedVersion AND c.deletedAt IS NULL`,
    ids,
  );
  return rows.map((row) => ({
    conversationId: asText(row.conversationId),
    indexedVersion: asNumber(row.indexedVersion),
    version: asNumber(row.version),
  }));
}

export interface ChangedMessage extends Searchable {
  readonly seq: number;
  readonly version: number;
}

/** The first `limit` changed messages of each conversation, all by version: one range of message_version each, in one statement. */
export async function changedMessages(
  sql: SqlSession,
  dialect: Dialect,
  behind: readonly Behind[],
  limit: number,
): Promise<ChangedMessage[]> {
  const hint = dialect.usingIndex('message_version');
  const part =
    dialect.partOfUnion(`SELECT conversationId, seq, version, senderId, type, content FROM message ${hint}
    WHERE conversationId = ? AND version > ? AND version <= ? ORDER BY version LIMIT ${limit}`);
  const rows = await sql.query(
    behind.map(() => part).join(' UNION ALL '),
    behind.flatMap(({ conversationId, indexedVersion, version }) => [
      conversationId,
      indexedVersion,
      version,
    ]),
  );
  const messages = rows.map((row) => ({
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    version: asNumber(row.version),
    senderId: asText(row.senderId),
    type: asText(row.type) as MessageType,
    content: asTextOrNull(row.content),
  }));
  return messages.sort((left, right) => left.version - right.version);
}

export interface Entry {
  readonly conversationId: string;
  readonly seq: number;
  readonly tokens: string;
}

export async function storeEntries(
  sql: SqlSession,
  { search }: Dialect,
  entries: readonly Entry[],
): Promise<void> {
  if (entries.length === 0) return;
  await sql.execute(
    search.storeEntries(entries.length),
    entries.flatMap(({ conversationId, seq, tokens }) => [conversationId, seq, tokens]),
  );
}

export async function setProgress(
  sql: SqlSession,
  { search }: Dialect,
  reached: readonly Omit<Behind, 'version'>[],
): Promise<void> {
  await sql.execute(
    search.setProgress(reached.length),
    reached.flatMap(({ conversationId, indexedVersion }) => [conversationId, indexedVersion]),
  );
}

/** Some conversations in the order of their ids, with those of them that are behind. Two ranges of primary keys. */
export async function behindAfter(
  db: Db,
  after: string,
  limit: number,
): Promise<{ readonly behind: string[]; readonly last: string | null }> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT c.id, c.version, c.deletedAt, p.indexedVersion
     FROM (SELECT id, version, deletedAt FROM conversation WHERE id > ? ORDER BY id LIMIT ${limit}) AS c
     LEFT JOIN search_progress p ON p.conversationId = c.id ORDER BY c.id`,
    after,
  );
  const isBehind = (row: Row): boolean =>
    row.deletedAt === null && asNumber(row.version) > (asNumberOrNull(row.indexedVersion) ?? 0);
  const last = rows.at(-1);
  return {
    behind: rows.filter(isBehind).map((row) => asText(row.id)),
    last: last ? asText(last.id) : null,
  };
}

/** Messages of conversations that are not deleted, tombstones too. */
export async function countMessages(db: Db): Promise<number> {
  const { _sum } = await db.conversation.aggregate({ where: { deletedAt: null }, _sum: { lastSeq: true } });
  return _sum.lastSeq ?? 0;
}

/** Empties the index; what fills it begins anew. */
export async function emptyIndex({ writer, dialect }: Database): Promise<void> {
  for (const statement of dialect.search.empty) await writer.$executeRawUnsafe(statement);
}
