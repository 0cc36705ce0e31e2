import { createConnection } from 'mariadb';
import { connectionSettings } from '../src/database/mysql';

interface Misnumbered {
  readonly conversationId: string;
  readonly stored: number;
  readonly firstSeq: number;
  readonly highestSeq: number;
  readonly lastSeq: number;
}

/** Each conversation's messages are 1, 2, 3 … without a gap up to its lastSeq, and all together are those acknowledged. */
export async function checkStored(databaseUrl: string, acked: number): Promise<void> {
  const connection = await createConnection({ ...connectionSettings(databaseUrl), bigIntAsNumber: true });
  try {
    const misnumbered = await connection.query<Misnumbered[]>(
      `SELECT c.id AS conversationId, COUNT(m.seq) AS stored, COALESCE(MIN(m.seq), 1) AS firstSeq,
              COALESCE(MAX(m.seq), 0) AS highestSeq, c.lastSeq
         FROM conversation c LEFT JOIN message m ON m.conversationId = c.id
        GROUP BY c.id, c.lastSeq
       HAVING stored <> c.lastSeq OR highestSeq <> c.lastSeq OR firstSeq <> 1 LIMIT 3`,
    );
    if (misnumbered.length > 0)
      throw new Error(`conversations are misnumbered: ${JSON.stringify(misnumbered)}`);
    const [row] = await connection.query<{ stored: number }[]>('SELECT COUNT(*) AS stored FROM message');
    if (row?.stored !== acked)
      throw new Error(`${acked} messages were acknowledged, ${row?.stored} are stored`);
  } finally {
    await connection.end();
  }
}
