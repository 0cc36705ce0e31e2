import type { Db, SqlSession } from '../../database/database';
import type { Place } from './place';

export interface Revision {
  /** the message's last `version` with this text */
  readonly version: number;
  readonly content: string;
  /** since when it said so */
  readonly writtenAt: Date;
}

export async function insertRevision(
  sql: SqlSession,
  { conversationId, seq }: Place,
  { version, content, writtenAt }: Revision,
): Promise<void> {
  await sql.execute(
    'INSERT INTO message_revision (conversationId, seq, version, content, writtenAt) VALUES (?, ?, ?, ?, ?)',
    [conversationId, seq, version, content, writtenAt],
  );
}

/** What a message said before, latest first. A range of the primary key. @param below not included */
export function revisionsOf(
  db: Db,
  { conversationId, seq }: Place,
  below: number | null,
  limit: number,
): Promise<Revision[]> {
  return db.messageRevision.findMany({
    where: { conversationId, seq, ...(below !== null && { version: { lt: below } }) },
    orderBy: { version: 'desc' },
    take: limit,
    select: { version: true, content: true, writtenAt: true },
  });
}
