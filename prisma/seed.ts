/**
 * `npm run seed` makes the owner account and, on the embedded database only, a few demo people with a conversation.
 * Can run again: what is there stays. The owner's password is random and printed once. Settings of its own:
 * SEED_OWNER_EMAIL (asked for wherever the database is not the embedded one) and SEED_OWNER_USERNAME.
 */
import 'dotenv/config';
import { hash } from 'bcrypt';
import { randomBytes } from 'node:crypto';
import { loadConfig, type Config } from '../src/config/env';
import { createContainer, type Container } from '../src/container';
import { isUniqueViolation } from '../src/database/failures';
import { newId } from '../src/helpers/ids';
import { createLogger } from '../src/helpers/logger';
import { Email, Username } from '../src/contracts/fields';
import { emailKeyOf } from '../src/services/accounts/account-keys';
import { RoleGrants } from '../src/services/admin/role-grants';
import { privilegedPeople } from '../src/services/admin/roles.queries';
import { findUserByEmail, insertUser } from '../src/services/accounts/users.queries';

const DEMO_PASSWORD = 'demo password';
const HERE = { ip: '127.0.0.1', limitKey: '127.0.0.1', userAgent: 'seed' };

interface Person {
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
}

const demoPeople: readonly Person[] = [
  { username: 'demo-ada', displayName: 'Ada Lovelace', email: 'ada@demo.example' },
  { username: 'demo-grace', displayName: 'Grace Hopper', email: 'grace@demo.example' },
  { username: 'demo-alan', displayName: 'Alan Turing', email: 'alan@demo.example' },
];

async function insert({ database }: Container, person: Person, password: string): Promise<void> {
  const passwordHash = await hash(password, 12);
  await insertUser(database.writer, { id: newId(), ...person, passwordHash }, new Date());
}

/** The first owner: made, or an existing account of that address made one. There is one owner: whoever is it stays so. */
async function ensureOwner(container: Container, owner: Person): Promise<string> {
  const { reader } = container.database;
  const before = (await privilegedPeople(reader)).find(({ role }) => role === 'owner');
  if (before) return `owner: ${before.email} or ${before.username}, as before`;
  const there = await findUserByEmail(reader, emailKeyOf(owner.email));
  const { email, username } = there ?? owner;
  const password = there ? null : await makeOwner(container, owner);
  const role = await new RoleGrants(container.database).grant(email);
  const how = password === null ? 'with the password it has' : `password: ${password} (shown only now)`;
  return `${role}: ${email} or ${username}, ${how}`;
}

/** @returns the password */
async function makeOwner(container: Container, owner: Person): Promise<string> {
  const password = randomBytes(15).toString('base64url');
  await insert(container, owner, password).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    throw new Error(`The username ${owner.username} is taken; set SEED_OWNER_USERNAME to another.`);
  });
  return password;
}

async function ensureDemo(container: Container): Promise<void> {
  for (const person of demoPeople) {
    if (!(await findUserByEmail(container.database.reader, emailKeyOf(person.email))))
      await insert(container, person, DEMO_PASSWORD);
    console.log(`demo: ${person.email} or ${person.username}, password: ${DEMO_PASSWORD}`);
  }
  const [first, second] = demoPeople;
  if (first && second) await converse(container, first, second);
}

async function signedIn({ accounts }: Container, { email }: Person) {
  const { user, tokens } = await accounts.signIn.signIn(
    { login: email, password: DEMO_PASSWORD, device: 'seed' },
    HERE,
  );
  return accounts.sessions.authenticate(tokens.accessToken).then((identity) => ({ user, identity }));
}

/** The same keys each time: a second run finds the messages of the first. */
async function converse(container: Container, first: Person, second: Person): Promise<void> {
  const [ada, grace] = [await signedIn(container, first), await signedIn(container, second)];
  const { conversation } = await container.conversations.openChat(ada.identity, grace.user.id);
  const lines = [
    [ada, 'Does the engine weave algebraic patterns yet?'],
    [grace, 'It compiles, at least. I found a moth in relay 70.'],
    [ada, 'Then it is a bug in the proper sense. 🦋'],
  ] as const;
  for (const [index, [speaker, content]] of lines.entries()) {
    const body = { content, type: 'text' as const, clientMessageId: `seed-${index}` };
    await container.messages.send(speaker.identity, 'chat', conversation.id, body);
  }
  for (const { identity } of [ada, grace]) await container.accounts.sessions.signOut(identity);
}

/** A database that strangers may reach gets no accounts whose password is in this file. */
const isDemoPlace = (config: Config): boolean =>
  config.environment !== 'production' &&
  config.database.kind === 'sqlite' &&
  process.env.JWT_ACCESS_SECRET === undefined;

function ownerFrom(config: Config): Person {
  const { SEED_OWNER_EMAIL: email, SEED_OWNER_USERNAME: username = 'owner' } = process.env;
  if (!email && !isDemoPlace(config)) throw new Error('Set SEED_OWNER_EMAIL to the address of the owner.');
  return {
    email: Email.parse(email ?? 'owner@demo.example'),
    username: username === 'owner' ? username : Username.parse(username),
    displayName: 'Owner',
  };
}

async function main(): Promise<void> {
  const config = loadConfig();
  const owner = ownerFrom(config);
  const container = await createContainer(config, createLogger('warn', true));
  try {
    console.log(await ensureOwner(container, owner));
    if (isDemoPlace(config)) await ensureDemo(container);
  } finally {
    await container.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
