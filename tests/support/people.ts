import { hashSync } from 'bcrypt';
import type { SignedIn, Tokens } from '../../src/contracts/auth';
import type { OwnProfile } from '../../src/contracts/users';
import { newId } from '../../src/helpers/ids';
import { foldCase } from '../../src/helpers/text';
import type { TestedServer } from './server';

/** Somebody with an account, signed in. */
export interface Person {
  readonly user: OwnProfile;
  readonly id: string;
  readonly tokens: Tokens;
  readonly email: string;
  readonly username: string;
  readonly password: string;
  /** For supertest: `.set(person.authorization)` */
  readonly authorization: { readonly Authorization: string };
}

export const PASSWORD = 'correct horse battery';
/** The least bcrypt work there is: these passwords guard nothing. */
const quickHash = hashSync(PASSWORD, 4);

let count = 0;
const somebody = (): string => `person${(count += 1)}`;

const asPerson = ({ user, tokens }: SignedIn): Person => ({
  user,
  id: user.id,
  tokens,
  email: user.email,
  username: user.username,
  password: PASSWORD,
  authorization: { Authorization: `Bearer ${tokens.accessToken}` },
});

/** Signs up as people do: asks, reads the mailed code, confirms it. */
export async function signUp(server: TestedServer, name = somebody()): Promise<Person> {
  const email = `${name}@example.com`.toLowerCase();
  await server.request
    .post('/api/v1/auth/sign-up')
    .send({ email, username: name, password: PASSWORD })
    .expect(202);
  const code = await server.mail.codeFor(email);
  const { body } = await server.request.post('/api/v1/auth/verify-email').send({ email, code }).expect(200);
  return asPerson(body as SignedIn);
}

/** Signs in once more: another device of the same person. */
export async function signIn(
  server: TestedServer,
  person: Pick<Person, 'username' | 'password'>,
  device?: string,
): Promise<Person> {
  const { body } = await server.request
    .post('/api/v1/auth/sign-in')
    .send({ login: person.username, password: person.password, ...(device && { device }) })
    .expect(200);
  return asPerson(body as SignedIn);
}

/** An account written into the database, signed in through the API: for suites that need many people. */
export async function makePerson(server: TestedServer, name = somebody()): Promise<Person> {
  const email = `${name}@example.com`.toLowerCase();
  const now = new Date();
  const database = await server.database();
  await database.writer.user.create({
    data: {
      id: newId(),
      username: name,
      usernameKey: foldCase(name),
      email,
      emailKey: foldCase(email),
      passwordHash: quickHash,
      displayName: name,
      displayNameKey: foldCase(name),
      bio: '',
      role: 'user',
      userVersion: 0,
      createdAt: now,
      updatedAt: now,
    },
  });
  return signIn(server, { username: name, password: PASSWORD });
}

/** Sign-ins under way at a time: more than forty would be told to come back, since each hashes a password. */
const AT_A_TIME = 10;

/** Many of them. */
export async function makePeople(server: TestedServer, many: number): Promise<Person[]> {
  const people: Person[] = [];
  while (people.length < many) {
    const next = Array.from({ length: Math.min(AT_A_TIME, many - people.length) }, () => makePerson(server));
    people.push(...(await Promise.all(next)));
  }
  return people;
}
