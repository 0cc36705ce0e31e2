import type { Database } from '../../../../src/database/database';
import { newId } from '../../../../src/helpers/ids';
import { insertRows, type NewRow } from '../../../support/rows';
import type { World } from '../world';
import { PEOPLE, SOME, daysFromNow, hexOf, times, pick } from './amounts';

export const people = (): (NewRow & { id: string })[] =>
  times(PEOPLE, (index) => {
    const name = `crowd${index}`;
    const names = { username: name, usernameKey: name, displayName: name, displayNameKey: `of the ${name}` };
    const email = `${name}@example.org`;
    const avatarKey = index % 2 ? hexOf(index, 32) : null;
    const hearsAll = Number(index % 100 === 0);
    const notifyEmail = hearsAll ? 'all' : 'mentions';
    const rest = {
      ...{ passwordHash: '', bio: '', role: 'user', userVersion: 0, avatarKey },
      ...{ hearsAll, notifyEmail, isBot: Number(index % 400 === 3) },
    };
    const at = daysFromNow(-30);
    return { id: newId(), ...names, email, emailKey: email, ...rest, createdAt: at, updatedAt: at };
  });

/** What people have beside their conversations: a few of everything have expired. */
export async function storeBelongings(
  database: Database,
  ids: readonly string[],
  { ada }: World,
): Promise<void> {
  const createdAt = daysFromNow(-5);
  const expiresAt = (index: number): Date => daysFromNow(index % 50 === 0 ? -1 : 5);
  const codeHash = hexOf(0, 64);
  const userIds = times(SOME, (index) => pick(ids, index));
  const store = (table: string, make: (userId: string, index: number) => NewRow): Promise<void> =>
    insertRows(database, table, userIds.map(make));
  await store('session', (userId, index) => ({
    ...{ id: newId(), userId, generation: 1, refreshHash: codeHash, createdAt, lastUsedAt: createdAt },
    expiresAt: expiresAt(index),
  }));
  await store('one_time_code', (userId, index) => ({
    ...{ id: newId(), userId, purpose: 'password_reset', codeHash, attempts: 0, sentAt: createdAt },
    expiresAt: expiresAt(index),
  }));
  await store('pending_sign_up', (_, index) => ({
    ...{
      id: newId(),
      email: `new${index}@example.org`,
      emailKey: `new${index}@example.org`,
      username: `new${index}`,
    },
    ...{
      displayName: '',
      passwordHash: '',
      codeHash,
      codeAttempts: 0,
      codeExpiresAt: createdAt,
      codeSentAt: createdAt,
    },
    ...{ expiresAt: expiresAt(index), createdAt },
  }));
  await store('block', (userId, index) => ({
    blockerId: index % 40 ? userId : ada.id,
    blockedId: pick(ids, index + 9_000),
    createdAt,
  }));
  await store('second_factor', (userId) => ({ userId, sealedSecret: 'sealed', lastStep: 1, createdAt }));
  await store('recovery_code', (userId) => ({ userId, codeHash }));
  await store('data_export', (userId, index) => ({
    ...{ id: newId(), userId, makingFor: null, status: 'done', progress: 100, attempts: 1, size: 9 },
    ...{ createdAt, finishedAt: createdAt, expiresAt: expiresAt(index) },
  }));
  await store('telegram_link', (userId, index) => ({
    userId,
    chatId: String(9_000_000 + index),
    linkedAt: createdAt,
  }));
  await store('telegram_link_code', (userId, index) => ({
    ...{ userId, codeHash: hexOf(index, 64), expiresAt: expiresAt(index) },
  }));
  await store('telegram_bot', (_, index) => ({ id: String(index) }));
  await store('user_activity', (userId) => ({ userId, lastSeenAt: createdAt }));
  await store('outbox_job', (_, index) => ({
    ...{ id: newId(), kind: 'mail.notice', payload: '{}', attempts: 1, nextAt: daysFromNow(1), createdAt },
    ...{ deadAt: index % 4 ? createdAt : null, leasedBy: null },
  }));
}
