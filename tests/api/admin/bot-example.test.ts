import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeBot } from '../../support/bots';
import { openChat, send } from '../../support/chats';
import { createGroup } from '../../support/groups';
import { makePerson } from '../../support/people';
import { startTestServer } from '../../support/server';
import { connect } from '../../support/sockets';

jest.setTimeout(60_000);

test('the example bot answers once what it is told, and what names it', async () => {
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  const [ada, bot] = [await makePerson(server), await makeBot(server, { username: 'echo' })];
  const chat = await openChat(server, ada, bot);
  const group = await createGroup(server, ada, [bot]);
  await send(server, ada, chat.id, 'before its time');
  const child = spawn(
    process.execPath,
    [path.join(__dirname, '../../../examples/bot.mjs'), bot.tokens.accessToken],
    {
      env: { PATH: process.env.PATH, CHAT_URL: server.url },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const says = async (text: string): Promise<void> => {
    for (let tries = 0; !output.includes(text); tries += 1) {
      if (tries > 400) throw new Error(`it never said "${text}":\n${output}`);
      await wait(25);
    }
  };
  try {
    await says('listening as echo');
    const adas = await connect(server, ada.tokens);
    await adas.must('join_chat', { chatId: chat.id });
    await adas.must('join_group', { groupId: group.id });
    await send(server, ada, chat.id, 'hello');
    expect(await adas.next('chat_message', ({ senderId }) => senderId === bot.id)).toMatchObject({
      content: 'hello',
    });
    const inGroup = (content: string) =>
      server.request.post(`/api/v1/groups/${group.id}/messages`).set(ada.authorization).send({ content });
    await inGroup('not for you').expect(201);
    await inGroup('you, @echo').expect(201);
    expect(await adas.next('group_message', ({ senderId }) => senderId === bot.id)).toMatchObject({
      content: 'you, @echo',
    });
    const { body } = await server.request
      .get(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .expect(200);
    expect(body.items.map(({ content }: { content: string }) => content)).toEqual([
      'before its time',
      'hello',
      'hello',
    ]);
    expect(output).not.toContain('refused');
  } finally {
    child.kill();
    await server.stop();
  }
});
