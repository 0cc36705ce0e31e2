import type { OwnProfile } from '../../src/contracts/users';
import { makeAdmin } from './admins';
import type { Person } from './people';
import type { TestedServer } from './server';

let count = 0;

/** A bot with a good token, which does what an access token does. */
export async function makeBot(
  server: TestedServer,
  { by, username = `helper${(count += 1)}` }: { readonly by?: Person; readonly username?: string } = {},
): Promise<Person> {
  const admin = by ?? (await makeAdmin(server));
  const { body } = await server.request
    .post('/api/v1/admin/bots')
    .set(admin.authorization)
    .send({ username })
    .expect(201);
  return asBot(server, body.token as string);
}

/** Whoever a token speaks for. */
export async function asBot(server: TestedServer, token: string): Promise<Person> {
  const authorization = { Authorization: `Bearer ${token}` };
  const { body } = await server.request.get('/api/v1/users/me').set(authorization).expect(200);
  const user = body as OwnProfile;
  const tokens = { accessToken: token, refreshToken: '', expiresIn: 0 };
  return { user, id: user.id, username: user.username, email: '', password: '', tokens, authorization };
}
