import { PASSWORD, type Person } from './people';
import type { TestServer } from './server';

/** An account goes, by whoever has it. */
export const deleteAccount = (
  server: TestServer,
  person: Person,
  { body = { password: PASSWORD }, query = '' }: { body?: object; query?: string } = {},
) => server.request.delete(`/api/v1/users/me${query}`).set(person.authorization).send(body);

/** How others see somebody who has gone. */
export const tombstoneOf = ({ id }: Pick<Person, 'id'>) => ({
  id,
  username: 'deleted',
  displayName: 'Deleted account',
  avatarUrl: null,
  bio: '',
  deleted: true,
});

/** What the tests of deletions do and look at. @param server the one they run on, once it has started */
export const deletionsOn = (server: () => TestServer) => {
  const get = (person: Person, path: string) =>
    server().request.get(`/api/v1${path}`).set(person.authorization);
  return {
    get,
    remove: (person: Person, how: Parameters<typeof deleteAccount>[2] = {}) =>
      deleteAccount(server(), person, how),
    historyOf: async (person: Person, chatId: string, kind = 'chats') =>
      (await get(person, `/${kind}/${chatId}/messages`).expect(200)).body.items,
    /** All is done behind the deletion that can be. */
    erased: () => server().container.erasure.sweep(),
  };
};
