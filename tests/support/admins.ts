import type { Role } from '../../src/contracts/users';
import { makePerson, type Person } from './people';
import type { TestedServer } from './server';

/** Somebody with a role on the whole server. */
export async function makeAdmin(server: TestedServer, role: Role = 'admin'): Promise<Person> {
  const person = await makePerson(server);
  await giveRole(server, person, role);
  return person;
}

/** Written into the database: no session ends, and the next request sees it. */
export async function giveRole(server: TestedServer, { id }: Pick<Person, 'id'>, role: Role): Promise<void> {
  const { writer } = await server.database();
  await writer.user.update({ where: { id }, data: { role } });
}
