import type { Db } from '../../database/database';

/** Which of these avatars some person or conversation shows. Uses user_avatar and conversation_avatar. */
export async function avatarsInUse(db: Db, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const shown = { where: { avatarKey: { in: [...keys] } }, select: { avatarKey: true as const } };
  const rows = await Promise.all([db.user.findMany(shown), db.conversation.findMany(shown)]);
  return new Set(rows.flat().flatMap(({ avatarKey }) => avatarKey ?? []));
}
