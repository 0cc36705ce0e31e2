import { giveRole, makeAdmin } from '../support/admins';
import { makeBot } from '../support/bots';
import { makePerson, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';
import { FakeTelegram } from '../support/telegram';
import { Places } from './places';
import type { Outcome } from './table';

/** By what they are to the conversations of the world, or to the whole server; some are there to have things done to them. */
export const PEOPLE = [
  'stranger',
  'former',
  'banned',
  'blocked',
  'blocker',
  'follower',
  'member',
  'admin',
  'owner',
  'otherMember',
  'otherAdmin',
  'newcomer',
  'bot',
  'siteAdmin',
  'siteOwner',
] as const;
export type PersonName = (typeof PEOPLE)[number];
export type People = Readonly<Record<PersonName, Person>>;

interface Outsider {
  /** at every door but the open ones */
  readonly outcome: Outcome;
  /** the access token they show */
  readonly token: (server: TestServer) => Promise<string | undefined>;
}

/** Who is refused wherever they knock, whatever is behind the door: one line each. */
export const OUTSIDERS: Readonly<Record<string, Outsider>> = {
  anonymous: { outcome: 'unauthenticated', token: () => Promise.resolve(undefined) },
  signedOut: { outcome: 'unauthenticated', token: endedToken },
  suspended: { outcome: 'account_suspended', token: suspendedToken },
};

async function endedToken(server: TestServer): Promise<string> {
  const { authorization, tokens } = await makePerson(server);
  await server.request.post('/api/v1/auth/sign-out').set(authorization).expect(204);
  return tokens.accessToken;
}

async function suspendedToken(server: TestServer): Promise<string> {
  const { id, tokens } = await makePerson(server);
  const admin = await makeAdmin(server);
  await server.request
    .put(`/api/v1/admin/users/${id}/suspension`)
    .set(admin.authorization)
    .send({ reason: 'sold nothing' })
    .expect(200);
  return tokens.accessToken;
}

/** One server, everybody who has a part, and the places they meet. */
export interface World {
  readonly server: TestServer;
  readonly people: People;
  readonly places: Places;
  readonly telegram: FakeTelegram;
  /** The one socket of a session. @throws Refusal */
  device(accessToken: string | undefined): Promise<Client>;
}

export async function makeWorld(): Promise<World> {
  const telegram = await FakeTelegram.start();
  const server = await startTestServer({
    RATE_LIMITS: 'off',
    ...telegram.settings,
    ...{ TELEGRAM_UPDATES: 'webhook', PUBLIC_URL: 'https://chat.example.com' },
  });
  server.onStop(() => telegram.stop());
  await telegram.waitForCall('setWebhook');
  const cast: [PersonName, Person][] = [];
  for (const name of PEOPLE)
    cast.push([name, name === 'bot' ? await makeBot(server) : await makePerson(server)]);
  const people = Object.fromEntries(cast) as People;
  await giveRole(server, people.siteAdmin, 'admin');
  await giveRole(server, people.siteOwner, 'owner');
  const devices = new Map<string, Client>();
  return {
    server,
    people,
    places: new Places(server, people),
    telegram,
    async device(accessToken) {
      const known = devices.get(accessToken ?? '');
      if (known?.socket.connected) return known;
      const device = await connect(server, { accessToken: accessToken ?? '' });
      devices.set(accessToken ?? '', device);
      return device;
    },
  };
}
