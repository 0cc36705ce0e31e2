import type { Channel, Conversation } from '../../src/contracts/conversations';
import type { SentMessage } from '../../src/contracts/messages';
import { makePerson, type Person } from './people';
import type { TestedServer } from './server';

/** Requests of one person about one channel, by the path behind it. */
export function channelOf(server: TestedServer, channelId: string) {
  const at = (path: string): string => `/api/v1/channels/${channelId}${path}`;
  return {
    get: (person: Person, path = '') => server.request.get(at(path)).set(person.authorization),
    put: (person: Person, path: string, body: object = {}) =>
      server.request.put(at(path)).set(person.authorization).send(body),
    post: (person: Person, path: string, body: object = {}) =>
      server.request.post(at(path)).set(person.authorization).send(body),
    patch: (person: Person, path: string, body: object) =>
      server.request.patch(at(path)).set(person.authorization).send(body),
    delete: (person: Person, path = '') => server.request.delete(at(path)).set(person.authorization),
  };
}

export const createChannel = (server: TestedServer, owner: Person, body: object = {}) =>
  server.request
    .post('/api/v1/channels')
    .set(owner.authorization)
    .send({ title: 'News', visibility: 'public', ...body });

/** A channel with somebody in every role, and a stranger to it. */
export async function makeChannel(server: TestedServer, body: object = {}) {
  const [owner, admin, follower, stranger] = [
    await makePerson(server),
    await makePerson(server),
    await makePerson(server),
    await makePerson(server),
  ];
  const made = (await createChannel(server, owner, { ...body, visibility: 'public' }).expect(201))
    .body as Conversation;
  const channel = channelOf(server, made.id);
  await channel.put(owner, `/admins/${admin.id}`).expect(200);
  await channel.put(follower, '/follow').expect(200);
  return { id: made.id, channel, owner, admin, follower, stranger };
}

/** What the channel looks like to somebody who may read it. */
export async function channelSeenBy(
  server: TestedServer,
  person: Person,
  channelId: string,
): Promise<Channel> {
  return (await channelOf(server, channelId).get(person).expect(200)).body as Channel;
}

export async function post(
  server: TestedServer,
  author: Person,
  channelId: string,
  content: string,
): Promise<SentMessage> {
  return (await channelOf(server, channelId).post(author, '/messages', { content }).expect(201))
    .body as SentMessage;
}
