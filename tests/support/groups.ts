import type { Conversation } from '../../src/contracts/conversations';
import type { NewInvite } from '../../src/contracts/invites';
import { makePerson, type Person } from './people';
import type { TestedServer } from './server';

/** Requests of one person about one group, by the path behind it. */
export function groupOf(server: TestedServer, groupId: string) {
  const at = (path: string): string => `/api/v1/groups/${groupId}${path}`;
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

export async function createGroup(
  server: TestedServer,
  owner: Person,
  members: readonly Person[] = [],
  title = 'Tea',
): Promise<Conversation> {
  const { body } = await server.request
    .post('/api/v1/groups')
    .set(owner.authorization)
    .send({ title, memberIds: members.map(({ id }) => id) })
    .expect(201);
  return body as Conversation;
}

/** A group with somebody in every role, and a stranger to it. */
export async function makeGroup(server: TestedServer) {
  const [owner, admin, member, stranger] = [
    await makePerson(server),
    await makePerson(server),
    await makePerson(server),
    await makePerson(server),
  ];
  const { id } = await createGroup(server, owner, [admin, member]);
  const group = groupOf(server, id);
  await group.patch(owner, `/members/${admin.id}`, { role: 'admin' }).expect(200);
  return { id, group, owner, admin, member, stranger };
}

/** What the group looks like to somebody in it. */
export async function seenBy(server: TestedServer, person: Person, groupId: string): Promise<Conversation> {
  return (await groupOf(server, groupId).get(person).expect(200)).body as Conversation;
}

export async function invite(
  server: TestedServer,
  person: Person,
  groupId: string,
  body: object = {},
): Promise<NewInvite> {
  return (await groupOf(server, groupId).post(person, '/invites', body).expect(201)).body as NewInvite;
}

export const accept = (server: TestedServer, person: Person, token: string) =>
  server.request.post(`/api/v1/invites/${token}/accept`).set(person.authorization);
