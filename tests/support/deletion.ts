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
