import { makePerson, PASSWORD, signIn, signUp } from '../../support/people';
import { connect } from '../../support/sockets';
import { exported } from '../../support/exports';
import { withTwoFactor } from '../../support/two-factor';
import { ask, pages, type Calls } from './world';

const signingIn: Calls = {
  'a sign-up': async ({ server }) => {
    const email = 'dora@example.com';
    await ask({ server }, null, 'post /auth/sign-up', { email, username: 'dora', password: PASSWORD });
    await ask({ server }, null, 'post /auth/verify-email/resend', { email });
    await signUp(server, 'emil');
  },
  'a session from its beginning to its end': async (world) => {
    const { server, ada } = world;
    const device = await signIn(server, ada);
    await signIn(server, { ...ada, username: ada.email });
    await ask(world, null, 'post /auth/refresh', { refreshToken: device.tokens.refreshToken });
    await ask(world, ada, 'get /auth/sessions');
    const another = await signIn(server, ada);
    const { body } = await server.request.get('/api/v1/auth/sessions').set(another.authorization);
    const { items } = body as { items: { id: string; current?: boolean }[] };
    const other = items.find(({ current }) => !current);
    await ask(world, another, `delete /auth/sessions/${other?.id}`);
    await ask(world, another, 'post /auth/sign-out');
  },
  'the end of all sessions': async (world) => {
    await ask(world, await makePerson(world.server), 'post /auth/sign-out-everywhere');
  },
  'a forgotten password': async (world) => {
    const { email } = await makePerson(world.server);
    await ask(world, null, 'post /auth/password/forgot', { email });
    const code = await world.server.mail.codeFor(email);
    await ask(world, null, 'post /auth/password/reset', { email, code, newPassword: `${PASSWORD}!` });
  },
  'another password and address': async (world) => {
    const person = await makePerson(world.server);
    const email = `more.${person.email}`;
    await ask(world, person, 'put /users/me/email', { email, password: PASSWORD });
    const code = await world.server.mail.codeFor(email);
    await ask(world, person, 'post /users/me/email/confirm', { code });
    const passwords = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` };
    await ask(world, person, 'put /users/me/password', passwords);
  },
};

const theirOwn: Calls = {
  'a second factor from its beginning to its end': async (world) => {
    const { person, factor, recoveryCodes } = await withTwoFactor(world.server);
    const login = { login: person.username, password: PASSWORD };
    await ask(world, null, 'post /auth/sign-in', { ...login, code: factor.code() });
    await ask(world, null, 'post /auth/sign-in', { ...login, code: recoveryCodes[0] });
    const proof = { password: PASSWORD, code: recoveryCodes[1] };
    const { recoveryCodes: renewed } = await ask<{ recoveryCodes: string[] }>(
      world,
      person,
      'post /users/me/two-factor/recovery-codes',
      proof,
    );
    await ask(world, person, 'delete /users/me/two-factor', { ...proof, code: renewed[0] });
  },
  'a Telegram chat from its link to its end': async (world) => {
    const { server, carol } = world;
    const says = (text: string): Promise<void> | undefined =>
      server.container.telegram?.updates.handle({ message: { chat: { id: 5, type: 'private' }, text } });
    const { url } = await ask<{ url: string }>(world, carol, 'post /users/me/telegram');
    await says(`/start ${new URL(url).searchParams.get('start')}`);
    for (const text of ['/status', '/mute 1h', '/unmute', '/stop', '/status']) await says(text);
    await ask(world, carol, 'delete /users/me/telegram');
  },
  'an export': async (world) => {
    const { id } = await exported(world.server, world.ada);
    await ask(world, world.ada, `get /users/me/export/${id}/download`);
  },
};

const people: Calls = {
  'a profile': async (world) => {
    await ask(world, world.ada, 'get /users/me');
    await ask(world, world.ada, 'patch /users/me', { bio: 'tea' });
    await ask(world, world.carol, 'patch /users/me', { username: 'carol_the_third' });
    await ask(world, world.ada, 'get /users/me/settings');
    await ask(world, world.ada, 'patch /users/me/settings', { lastSeen: 'contacts' });
    await ask(world, world.ada, `get /users/${world.bob.id}`);
  },
  'people by their names': async (world) => {
    await pages(world, world.ada, '/users?search=crowd1199');
    await pages(world, world.ada, '/users?search=of%20the%20crowd1199');
  },
  presence: (world) => ask(world, world.bob, `get /users/presence?ids=${world.ada.id},${world.carol.id}`),
  'somebody who comes and goes': async (world) => {
    const { server, bob } = world;
    const another = await makePerson(server);
    await ask(world, another, `post /chats`, { userId: bob.id });
    const device = await connect(server, another.tokens);
    device.close();
    await server.container.presence.close();
  },
  blocks: async (world) => {
    await ask(world, world.carol, `put /users/${world.bob.id}/block`);
    await pages(world, world.ada, '/users/me/blocks');
    await ask(world, world.carol, `delete /users/${world.bob.id}/block`);
  },
};

export const accountCalls: Calls = { ...signingIn, ...theirOwn, ...people };
