import type { File } from '../../../src/contracts/files';
import { uploaded } from '../../support/files';
import { plain } from '../../support/pictures';
import { ask, say, type Calls, type World } from './world';

/** A message of Ada's with a new picture. */
async function show(world: World): Promise<{ readonly id: string; readonly file: File }> {
  const file = await uploaded(world.server, world.ada, await plain(40, 30).png().toBuffer(), {
    filename: 'tea.png',
  });
  const { id } = await say(world, { content: '', attachmentIds: [file.id] });
  return { id, file };
}

export const fileCalls: Calls = {
  'a file that is uploaded, and removed': async (world) => {
    const { id } = await uploaded(world.server, world.ada);
    await ask(world, world.ada, `delete /files/${id}`);
  },
  'a file that is read by who sees its message': async (world) => {
    const { file } = await show(world);
    await ask(world, world.bob, `get /files/${file.id}`);
    await ask(world, world.bob, `get /files/${file.id}/thumbnail`);
  },
  'a file that goes on, and the message that had it': async (world) => {
    const { id } = await show(world);
    const { groupId, chatId } = world;
    const to = [{ conversationId: groupId }];
    await ask(world, world.ada, `post /chats/${chatId}/messages/${id}/forward`, { to });
    await ask(world, world.ada, `get /groups/${groupId}/messages?limit=5`);
    await ask(world, world.ada, `delete /chats/${chatId}/messages/${id}`);
  },
};
