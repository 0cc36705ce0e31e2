import { setTimeout as wait } from 'node:timers/promises';
import type { FoundMessagePage } from '../../src/contracts/search';
import type { Person } from './people';
import type { TestedServer } from './server';

/** How long a change may take to be found, and how often it is looked for. Milliseconds. */
const FOUND_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 40;

export type SearchQuery = Readonly<Record<string, string | number>>;

export const search = (server: TestedServer, person: Person, query: SearchQuery) =>
  server.request.get('/api/v1/search/messages').query(query).set(person.authorization);

export async function page(
  server: TestedServer,
  person: Person,
  query: SearchQuery,
): Promise<FoundMessagePage> {
  return (await search(server, person, query).expect(200)).body as FoundMessagePage;
}

/** The texts that are found. */
export async function texts(server: TestedServer, person: Person, query: SearchQuery): Promise<string[]> {
  return (await page(server, person, query)).items.map(({ message }) => message.content ?? '');
}

/** Waits until a search finds so many. @throws when it takes longer than two seconds */
export async function untilFound(
  server: TestedServer,
  person: Person,
  query: SearchQuery,
  count = 1,
): Promise<FoundMessagePage> {
  for (const deadline = Date.now() + FOUND_WITHIN_MS; ;) {
    const found = await page(server, person, query);
    if (found.items.length === count) return found;
    if (Date.now() > deadline)
      throw new Error(`${JSON.stringify(query)} finds ${found.items.length}, not ${count}`);
    await wait(LOOK_EVERY_MS);
  }
}
