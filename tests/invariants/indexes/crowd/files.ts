import type { Database } from '../../../../src/database/database';
import { newId } from '../../../../src/helpers/ids';
import { insertRows } from '../../../support/rows';
import type { World } from '../world';
import { SOME, daysFromNow, hexOf, times, pick } from './amounts';

/** Half of them are attached; the others, and what may be in the storage without a blob, are not old enough to be removed, but for a few. */
export async function storeFiles(
  database: Database,
  ids: readonly string[],
  { chatId }: World,
): Promise<void> {
  const idleSince = (index: number): Date => daysFromNow(index % 50 === 1 ? -2 : 0);
  const blobs = times(SOME * 2, (index) => ({
    ...{ sha256: hexOf(index, 64), storageKey: hexOf(index, 32), size: 9, createdAt: daysFromNow(-3) },
  }));
  const files = times(SOME, (index) => ({
    ...{
      id: newId(),
      ownerId: pick(ids, index),
      sha256: hexOf(index, 64),
      thumbnailSha256: hexOf(SOME + index, 64),
    },
    ...{ kind: 'image', mimeType: 'image/png', size: 9, name: 'tea.png', createdAt: daysFromNow(-3) },
    unattachedSince: index % 2 ? idleSince(index) : null,
  }));
  await insertRows(database, 'blob', blobs);
  await insertRows(database, 'file', files);
  await insertRows(
    database,
    'attachment',
    files.flatMap(({ id: fileId, unattachedSince }, index) =>
      unattachedSince
        ? []
        : [0, 1].map((position) => ({ conversationId: chatId, seq: index + 1, position, fileId })),
    ),
  );
  await insertRows(
    database,
    'stray_object',
    times(SOME, (index) => ({ storageKey: hexOf(10_000 + index, 32), since: idleSince(index) })),
  );
}
