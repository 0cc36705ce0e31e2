import type { MemberRole } from '../../contracts/conversations';
import { asText } from '../../database/rows';
import { may } from '../conversations/conversations.policy';
import type { Scene } from './act';
import { namedIn } from './mentions';
import { insertMentions, namedKey, namedMembers } from './mentions.queries';
import type { Subject } from './subject';

/** The author of the message that another one answers, where it may be known. A lookup of the primary key. */
async function answeredBy({ sql, conversation }: Scene, replyToSeq: number | null): Promise<string[]> {
  if (replyToSeq === null) return [];
  const rows = await sql.query(
    `SELECT senderId FROM message WHERE conversationId = ? AND seq = ? ${conversation.kind === 'channel' ? 'AND signed = 1' : ''}`,
    [conversation.id, replyToSeq],
  );
  return rows.map((row) => asText(row.senderId));
}

/** Whom a message names, or answers. */
export interface Mentioned {
  /** sorted */
  readonly userIds: readonly string[];
  readonly everybody: boolean;
}

/** A message names those whom its new text names, and no others. @returns whom */
export async function mentionAnew(
  scene: Scene,
  { seq, senderId, replyToSeq }: Subject,
  { content, role }: { readonly content: string; readonly role: MemberRole },
): Promise<Mentioned> {
  const { sql, dialect, conversation } = scene;
  const { id: conversationId, kind } = conversation;
  const { usernameKeys, everybody } = namedIn(content);
  const members = await namedMembers(sql, dialect, [{ conversationId, usernameKeys }]);
  const named = usernameKeys.flatMap((key) => members.get(namedKey(conversationId, key)) ?? []);
  const userIds = [...new Set([...named, ...(await answeredBy(scene, replyToSeq))])]
    .filter((userId) => userId !== senderId)
    .sort();
  await sql.execute('DELETE FROM mention WHERE conversationId = ? AND seq = ?', [conversationId, seq]);
  const mentions = userIds.map((userId) => ({ userId, conversationId, seq }));
  for (const statement of insertMentions(mentions)) await sql.execute(...statement);
  return { userIds, everybody: everybody && may(kind, role, 'deleteAny') };
}
