import type { File } from '../../../src/contracts/files';
import { attach, download, uploaded } from '../../support/files';
import { createGroup, groupOf } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName } from '../auth/answers';

let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let group: ReturnType<typeof groupOf>;
let message: { id: string; conversationId: string; seq: number };
let file: File;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  [ada, bob, eve] = [
    await makePerson(server, newName()),
    await makePerson(server, newName()),
    await makePerson(server, newName()),
  ];
  const { id } = await createGroup(server, ada, [bob]);
  group = groupOf(server, id);
  message = (await group.post(ada, '/messages', { content: 'look' }).expect(201)).body;
  file = await uploaded(server, ada);
  await attach(server, message, file.id);
});
afterAll(() => server.stop());

const url = () => `/api/v1/files/${file.id}`;
const statusFor = async (person: Person): Promise<number> => (await download(server, url(), person)).status;

describe('a file of a message', () => {
  test('is for whoever is in the conversation, and nobody else', async () => {
    expect([await statusFor(ada), await statusFor(bob), await statusFor(eve)]).toEqual([200, 200, 404]);
  });

  test('is not for whoever has left, was put out, or is banned; it is again when they are back', async () => {
    await group.delete(bob, `/members/${bob.id}`).expect(204);
    expect(await statusFor(bob)).toBe(404);
    await group.post(ada, '/members', { userIds: [bob.id] }).expect(200);
    expect(await statusFor(bob)).toBe(200);
    await group.put(ada, `/bans/${bob.id}`).expect(204);
    expect(await statusFor(bob)).toBe(404);
  });

  test('is not for whoever has hidden or cleared the message', async () => {
    await group.delete(bob, `/messages/${message.id}?for=me`).expect(204);
    expect([await statusFor(bob), await statusFor(ada)]).toEqual([404, 200]);
    const again = (await group.post(ada, '/messages', { content: 'look again' }).expect(201)).body;
    await attach(server, again, file.id);
    expect(await statusFor(bob)).toBe(200);
    await server.request
      .delete(`/api/v1/conversations/${message.conversationId}/history`)
      .set(bob.authorization)
      .send({ uptoSeq: again.seq })
      .expect(200);
    expect([await statusFor(bob), await statusFor(ada)]).toEqual([404, 200]);
  });

  test('is not for others when the message or the conversation is deleted', async () => {
    const { writer } = await server.database();
    const { conversationId, seq } = message;
    await writer.message.update({
      where: { conversationId_seq: { conversationId, seq } },
      data: { deletedAt: new Date() },
    });
    expect([await statusFor(bob), await statusFor(ada)]).toEqual([404, 200]);
    const again = (await group.post(ada, '/messages', { content: 'look again' }).expect(201)).body;
    await attach(server, again, file.id);
    expect(await statusFor(bob)).toBe(200);
    await group.delete(ada).expect(204);
    expect([await statusFor(bob), await statusFor(ada)]).toEqual([404, 200]);
  });

  test('its address is good for whoever has it, until it expires', async () => {
    await group.delete(bob, `/members/${bob.id}`).expect(204);
    expect((await download(server, file.url)).status).toBe(200);
  });
});

describe('DELETE /files/{id}', () => {
  const remove = (person: Person) => server.request.delete(url()).set(person.authorization);

  test('409 while a message has it; what came of it stays', async () => {
    const { body } = await remove(ada).expect(409);
    expect(body.code).toBe('conflict');
    expect(await statusFor(bob)).toBe(200);
  });

  test('404 for everybody else, also those who may read it', async () => {
    await remove(bob).expect(404);
    await remove(eve).expect(404);
  });

  test('takes away what no message has, and then there is no such file', async () => {
    file = await uploaded(server, ada);
    await remove(ada).expect(204);
    await remove(ada).expect(404);
    expect(await statusFor(ada)).toBe(404);
    await server.request.get(file.url).expect(404);
  });

  test('400 for what is no id, 401 without a token', async () => {
    await server.request.delete('/api/v1/files/x').set(ada.authorization).expect(400);
    await server.request.delete(url()).expect(401);
  });
});
