import type { Db } from '../../database/database';
import { deleteExportsOf } from '../exports/exports.queries';
import { keyOfNobody } from '../accounts/account-keys';
import { deleteLinkCode, unlink } from '../telegram/telegram.queries';
import { deleteSecondFactor } from '../accounts/second-factor.queries';

/** What becomes of the messages of whoever goes. */
export type MessagesFate = 'keep' | 'delete';

/** A locked person's row becomes a tombstone. Its names are those that contracts tell of deleted accounts. */
export async function buryUser(
  db: Db,
  id: string,
  { erasure, now }: { readonly erasure: MessagesFate; readonly now: Date },
): Promise<void> {
  await db.user.updateMany({
    where: { id },
    data: {
      username: 'deleted',
      usernameKey: keyOfNobody(id),
      email: '',
      emailKey: keyOfNobody(id),
      passwordHash: '',
      displayName: 'Deleted account',
      displayNameKey: '',
      bio: '',
      avatarKey: null,
      role: 'user',
      twoFactor: false,
      isBot: false,
      readReceipts: false,
      typing: false,
      lastSeen: 'nobody',
      notifyTelegram: 'nothing',
      notifyEmail: 'nothing',
      quietFrom: null,
      quietTo: null,
      quietZone: null,
      hearsAll: false,
      deletedAt: now,
      erasure,
    },
  });
}

/** The new addresses that a person's codes are to confirm. Uses one_time_code_user. */
export async function addressesToConfirm(db: Db, userId: string): Promise<string[]> {
  const rows = await db.oneTimeCode.findMany({ where: { userId }, select: { subject: true } });
  return rows.flatMap(({ subject }) => subject ?? []);
}

export interface OwnedConversation {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
}

/** Some groups and channels of a person in which somebody else is. Uses conversation_owner. */
export function ownedWithOthers(db: Db, ownerId: string, limit: number): Promise<OwnedConversation[]> {
  return db.conversation.findMany({
    where: { ownerId, deletedAt: null, memberCount: { gt: 1 } },
    orderBy: { id: 'asc' },
    take: limit,
    select: { id: true, kind: true, title: true },
  });
}

/** Rows that are theirs alone, and of which there are few. Each by an index of its own on the person. */
export async function forgetPerson(db: Db, userId: string): Promise<void> {
  await db.oneTimeCode.deleteMany({ where: { userId } });
  await deleteSecondFactor(db, userId);
  await deleteExportsOf(db, userId);
  await db.block.deleteMany({ where: { blockerId: userId } });
  await db.block.deleteMany({ where: { blockedId: userId } });
  await db.userActivity.deleteMany({ where: { userId } });
  await db.alert.deleteMany({ where: { userId } });
  await db.invite.deleteMany({ where: { createdById: userId } });
  await db.suspension.deleteMany({ where: { userId } });
  await deleteLinkCode(db, userId);
  await unlink(db, { userId });
}
