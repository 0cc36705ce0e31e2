import type { Db, Row, SqlValue } from '../../database/database';
import { placeholders, type Dialect } from '../../database/dialects/dialect';
import { asNumber, asText } from '../../database/rows';
import { FILE_COLUMNS, toStoredFile, type FilePart, type StoredFile } from './file';

/** Under which key the bytes of a part are, and how many they are. */
export interface StoredPart {
  readonly file: StoredFile;
  readonly sha256: string;
  readonly storageKey: string;
  readonly size: number;
}

const JOINED_BY: Readonly<Record<FilePart, string>> = { content: 'f.sha256', thumbnail: 'f.thumbnailSha256' };

/**
 * A file that a person has uploaded, or that is attached to a message they can see: they are in its conversation, and it is not deleted, and
 * neither cleared nor hidden by them. Uses attachment_file and primary keys.
 */
const READABLE = `(f.ownerId = ? OR EXISTS (SELECT 1 FROM attachment a
  JOIN message m ON m.conversationId = a.conversationId AND m.seq = a.seq
  JOIN membership p ON p.conversationId = a.conversationId AND p.userId = ?
  WHERE a.fileId = f.id AND m.deletedAt IS NULL AND p.leftAt IS NULL AND p.bannedAt IS NULL AND m.seq > p.clearedUptoSeq
    AND NOT EXISTS (SELECT 1 FROM hidden_message h
      WHERE h.userId = p.userId AND h.conversationId = m.conversationId AND h.seq = m.seq)))`;

/**
 * A file of a message that was reported, for an admin, until the report is closed; not for an admin whom it is about, nor, where admins
 * need one, for one without a second factor. Uses attachment_file, report_target and primary keys.
 */
const REPORTED = `EXISTS (SELECT 1 FROM attachment a
  JOIN message m ON m.conversationId = a.conversationId AND m.seq = a.seq
  JOIN report r ON r.targetId = m.id
  JOIN \`user\` u ON u.id = ?
  WHERE a.fileId = f.id AND m.deletedAt IS NULL AND r.targetType = 'message' AND r.closedAt IS NULL
    AND (r.subjectId IS NULL OR r.subjectId <> u.id) AND u.role IN ('admin', 'owner')
    AND (u.twoFactor OR ? = 0))`;

async function selectPart(
  db: Db,
  part: FilePart,
  condition: string,
  values: readonly SqlValue[],
): Promise<StoredPart | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${FILE_COLUMNS}, b.sha256 AS partSha256, b.storageKey, b.size AS partSize
     FROM file f JOIN \`blob\` b ON b.sha256 = ${JOINED_BY[part]} WHERE ${condition}`,
    ...values,
  );
  if (!row) return null;
  return {
    file: toStoredFile(row),
    sha256: asText(row.partSha256),
    storageKey: asText(row.storageKey),
    size: asNumber(row.partSize),
  };
}

/** A part of a file, whoever asks. Primary keys. */
export const storedPart = (db: Db, fileId: string, part: FilePart): Promise<StoredPart | null> =>
  selectPart(db, part, 'f.id = ?', [fileId]);

/** The same for somebody who may read it; `null` for everybody else. */
export const readablePart = (
  db: Db,
  fileId: string,
  part: FilePart,
  readerId: string,
  adminsNeedTwoFactor: boolean,
): Promise<StoredPart | null> =>
  selectPart(db, part, `f.id = ? AND (${READABLE} OR ${REPORTED})`, [
    ...[fileId, readerId, readerId, readerId],
    adminsNeedTwoFactor ? 1 : 0,
  ]);

/** Bytes of all files of a person. Uses file_owner. */
export async function bytesOf(db: Db, ownerId: string): Promise<number> {
  const { _sum } = await db.file.aggregate({ where: { ownerId }, _sum: { size: true } });
  return Number(_sum.size ?? 0);
}

export async function insertFile(db: Db, file: StoredFile): Promise<void> {
  await db.file.createMany({ data: { ...file, size: BigInt(file.size) } });
}

/** Locks files until the transaction ends. By primary key, in its order. @returns those that are there */
export async function lockFiles(db: Db, dialect: Dialect, ids: readonly string[]): Promise<StoredFile[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${FILE_COLUMNS} FROM file f ${dialect.usingIndex('PRIMARY')}
     WHERE f.id IN (${placeholders(ids.length)}) ORDER BY f.id ${dialect.forUpdate}`,
    ...ids,
  );
  return rows.map(toStoredFile);
}

/** Which of some files a message has. Uses attachment_file. */
export async function attachedAmong(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT f.id FROM file f WHERE f.id IN (${placeholders(ids.length)})
       AND EXISTS (SELECT 1 FROM attachment a WHERE a.fileId = f.id)`,
    ...ids,
  );
  return new Set(rows.map((row) => asText(row.id)));
}

export async function deleteFiles(db: Db, ids: readonly string[]): Promise<void> {
  await db.file.deleteMany({ where: { id: { in: [...ids] } } });
}

/** Some files that no message has had since before `time`, those that have waited longest first. Uses file_unattached. */
export async function unattachedBefore(db: Db, time: Date, limit: number): Promise<string[]> {
  const rows = await db.file.findMany({
    where: { unattachedSince: { lt: time } },
    orderBy: { unattachedSince: 'asc' },
    select: { id: true },
    take: limit,
  });
  return rows.map(({ id }) => id);
}

/** Some of a person's files that no message has. Uses file_owner. */
export async function unattachedOf(db: Db, ownerId: string, limit: number): Promise<string[]> {
  const rows = await db.file.findMany({
    where: { ownerId, unattachedSince: { not: null } },
    select: { id: true },
    take: limit,
  });
  return rows.map(({ id }) => id);
}

/** Messages of a conversation, by seq. */
interface SeqsBelow {
  readonly conversationId: string;
  /** not included */
  readonly below: number;
}

/**
 * Takes the files from a conversation's oldest messages; those that no other message has are unattached since `now`. A range of attachment's
 * primary key, and attachment_file.
 */
export async function releaseOldest(
  db: Db,
  dialect: Dialect,
  { conversationId, below }: SeqsBelow,
  now: Date,
): Promise<void> {
  const oldest = { conversationId, seq: { lt: below } };
  const rows = await db.attachment.findMany({
    where: oldest,
    select: { fileId: true },
    distinct: ['fileId'],
  });
  if (rows.length === 0) return;
  // Whoever releases the same file from its other message waits here, and sees then that this one is gone.
  const locked = await lockFiles(
    db,
    dialect,
    rows.map(({ fileId }) => fileId),
  );
  const ids = locked.map(({ id }) => id);
  await db.attachment.deleteMany({ where: oldest });
  const attached = await attachedAmong(db, ids);
  await db.file.updateMany({
    where: { id: { in: ids.filter((id) => !attached.has(id)) }, unattachedSince: null },
    data: { unattachedSince: now },
  });
}
