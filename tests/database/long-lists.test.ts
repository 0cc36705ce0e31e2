import * as mariadb from 'mariadb';
import type { Message } from '../../src/contracts/messages';
import { connectionSettings } from '../../src/database/mysql';
import { makeChat } from '../support/chats';
import { addFile } from '../support/files';
import { mysqlAdminUrl } from '../support/admin-url';
import { databaseKind } from '../support/run';
import { startTestServer } from '../support/server';

/** What MySQL has unless it is told otherwise; MariaDB has a thousand times as much. */
const FEW_BYTES = 1024;

/** Sets the limit of connections that begin from now on. @returns undoes it */
async function shortLists(): Promise<() => Promise<void>> {
  const admin = await mariadb.createConnection(connectionSettings(mysqlAdminUrl() ?? ''));
  const [row] = await admin.query<{ bytes: bigint }[]>('SELECT @@GLOBAL.group_concat_max_len AS bytes');
  await admin.query(`SET GLOBAL group_concat_max_len = ${FEW_BYTES}`);
  return async () => {
    await admin.query(`SET GLOBAL group_concat_max_len = ${row?.bytes}`);
    await admin.end();
  };
}

test('ten files with long names and pictures in small are read as they are, whatever lists the database allows', async () => {
  const undo = databaseKind === 'mysql' ? await shortLists() : null;
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  try {
    const { ada, bob, chat } = await makeChat(server);
    const { writer } = await server.database();
    const name = `"\\,[]\u{1F600}é/`.repeat(28);
    const told = { name, blur: 'a/b+'.repeat(250), durationSeconds: 212.493, size: 2n ** 40n + 1n };
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) ids.push(await addFile(server, ada, { kind: 'video' }));
    await writer.file.updateMany({ where: { id: { in: ids } }, data: { ...told, width: 1, height: 2 } });
    const path = `/api/v1/chats/${chat.id}/messages`;
    await server.request.post(path).set(ada.authorization).send({ attachmentIds: ids }).expect(201);
    const { body } = await server.request.get(path).set(bob.authorization).expect(200);
    const [message] = body.items as Message[];
    expect(message?.attachments).toEqual(
      ids.map((id) =>
        expect.objectContaining({
          ...{ id, name, blur: told.blur, width: 1, height: 2, size: 2 ** 40 + 1 },
          duration: told.durationSeconds,
        }),
      ),
    );
  } finally {
    await server.stop();
    await undo?.();
  }
});
