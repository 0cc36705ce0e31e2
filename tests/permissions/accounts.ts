import { makePerson, PASSWORD, signIn, type Person } from '../support/people';
import { makeChat, send } from '../support/chats';
import { exported } from '../support/exports';
import { uploaded } from '../support/files';
import { createGroup } from '../support/groups';
import { tinyPng } from '../support/pictures';
import { secondFactorOf, withTwoFactor } from '../support/two-factor';
import { someoneWhoBlocks } from './calls';
import type { World } from './cast';
import { table, type Attempt } from './table';

let names = 0;
const newAddress = (): string => `somebody${(names += 1)}@example.com`;
const NEW_PASSWORD = 'another horse battery';

const plain = (): Attempt => ({});
const post = (world: World, path: string, body: object) =>
  world.server.request.post(`/api/v1${path}`).send(body);

/** Somebody who has asked for an account. */
async function pending(world: World): Promise<{ email: string; username: string }> {
  const email = newAddress();
  const username = `some.body${names}`;
  await post(world, '/auth/sign-up', { email, username, password: PASSWORD }).expect(202);
  return { email, username };
}

async function withForgottenPassword(world: World): Promise<{ email: string; code: string }> {
  const { email } = await makePerson(world.server);
  await post(world, '/auth/password/forgot', { email }).expect(202);
  return { email, code: await world.server.mail.codeFor(email) };
}

async function withNewAddress(world: World): Promise<Attempt> {
  const as = await makePerson(world.server);
  const email = newAddress();
  await world.server.request
    .put('/api/v1/users/me/email')
    .set(as.authorization)
    .send({ email, password: PASSWORD })
    .expect(202);
  return { as, body: { code: await world.server.mail.codeFor(email) } };
}

async function pictureOf(world: World, { authorization }: Person): Promise<string> {
  const { body } = await world.server.request
    .put('/api/v1/users/me/avatar')
    .set(authorization)
    .attach('file', tinyPng(2, 2), 'picture.png')
    .expect(200);
  return body.avatarUrl.split('/').at(-1);
}

const reporting = (targetType: string, targetId: string): Attempt => ({
  body: { targetType, targetId, reason: 'spam' },
});

/** A new file of somebody. */
const fileOf =
  (whose: (caller: Person, people: World['people']) => Person) =>
  async (_: unknown, caller: Person, { server, people }: World): Promise<Attempt> => ({
    params: { fileId: (await uploaded(server, whose(caller, people), tinyPng(2, 2))).id },
  });

/** What has nothing to do with one conversation: everybody with an account is a stranger there. */
export const accounts = table<null>({
  title: 'an account',
  kind: null,
  placeOf: () => Promise.resolve(null),
  text: `
                                          | stranger
    signUp                                | ok
    verifyEmail                           | ok
    resendCode                            | ok
    signIn                                | ok
    refresh                               | ok
    forgotPassword                        | ok
    resetPassword                         | ok
    signOut                               | ok
    signOutEverywhere                     | ok
    listSessions                          | ok
    revokeSession                         | ok
    revokeSession of somebody else        | not_found
    auth_refresh                          | ok
    auth_refresh with another's token     | unauthenticated

    getMe                                 | ok
    changeMe                              | ok
    deleteMe                              | ok
    deleteMe who owns a group of others   | conflict
    changeAvatar                          | ok
    removeAvatar                          | ok
    getAvatar                             | ok
    changePassword                        | ok
    changeEmail                           | ok
    confirmEmail                          | ok
    beginTwoFactor                        | ok
    beginTwoFactor when it is on          | conflict
    confirmTwoFactor                      | ok
    confirmTwoFactor not begun            | conflict
    endTwoFactor                          | ok
    endTwoFactor when it is off           | not_found
    renewRecoveryCodes                    | ok
    renewRecoveryCodes when it is off     | not_found
    signIn without its second factor      | two_factor_required
    askExport                             | ok
    getExport                             | ok
    getExport of somebody else            | not_found
    downloadExport                        | ok
    downloadExport of somebody else       | not_found
    linkTelegram                          | ok
    unlinkTelegram                        | ok
    getSettings                           | ok
    changeSettings                        | ok
    showUnsubscribe                       | ok
    unsubscribe                           | ok

    searchUsers                           | ok
    searchMessages                        | ok
    getUser                               | ok
    getUser who blocks one                | ok
    getPresence                           | ok
    uploadFile                            | ok
    getFile                               | ok
    getFile of somebody else              | not_found
    getFileThumbnail                      | ok
    getFileThumbnail of somebody else     | not_found
    deleteFile                            | ok
    deleteFile of somebody else           | not_found

    listBlocks                            | ok
    blockUser                             | ok
    unblockUser                           | ok

    listAnnouncements                     | ok
    createReport                          | ok
    createReport of oneself               | validation_failed
    createReport of another's chat        | not_found
    createReport of another's message     | not_found

    listConversations                     | ok
    getSync                               | ok
    listChats                             | ok
    openChat                              | ok
    openChat with somebody who blocks one | blocked
    openChat with somebody one blocks     | blocked
    listGroups                            | ok
    createGroup                           | ok
    createGroup with one who blocks one   | blocked

    live                                  | ok
    ready                                 | ok
    bringTelegramUpdate                   | ok
    bringTelegramUpdate without a secret  | forbidden
  `,
  calls: {
    signUp: () => ({ body: { email: newAddress(), username: `some.body${names}`, password: PASSWORD } }),
    async verifyEmail(_, __, world) {
      const { email } = await pending(world);
      return { body: { email, code: await world.server.mail.codeFor(email) } };
    },
    resendCode: async (_, __, world) => ({ body: { email: (await pending(world)).email } }),
    signIn: (_, { username, password }) => ({ body: { login: username, password } }),
    async refresh(_, caller, { server }) {
      const { refreshToken } = (await signIn(server, caller)).tokens;
      return { body: { refreshToken } };
    },
    forgotPassword: (_, { email }) => ({ body: { email } }),
    resetPassword: async (_, __, world) => ({
      body: { ...(await withForgottenPassword(world)), newPassword: NEW_PASSWORD },
    }),
    signOut: async (_, caller, { server }) => ({ as: await signIn(server, caller) }),
    signOutEverywhere: async (_, __, { server }) => ({ as: await makePerson(server) }),
    listSessions: plain,
    revokeSession: async (_, caller, world) => ({ params: { sessionId: await sessionOf(world, caller) } }),
    'revokeSession of somebody else': async (_, __, world) => ({
      params: { sessionId: await sessionOf(world, world.people.newcomer) },
    }),
    auth_refresh: (_, { tokens }) => ({ body: { token: tokens.accessToken } }),
    "auth_refresh with another's token": (_, __, { people }) => ({
      body: { token: people.newcomer.tokens.accessToken },
    }),
    getMe: plain,
    changeMe: () => ({ body: { bio: 'hello' } }),
    deleteMe: async (_, __, { server }) => ({
      as: await makePerson(server),
      body: { password: PASSWORD },
    }),
    async 'deleteMe who owns a group of others'(_, __, { server, people }) {
      const as = await makePerson(server);
      await createGroup(server, as, [people.newcomer]);
      return { as, body: { password: PASSWORD } };
    },
    changeAvatar: () => ({ file: tinyPng(2, 2) }),
    removeAvatar: plain,
    getAvatar: async (_, caller, world) => ({ params: { file: await pictureOf(world, caller) } }),
    changePassword: async (_, __, { server }) => ({
      as: await makePerson(server),
      body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
    }),
    changeEmail: async (_, __, { server }) => ({
      as: await makePerson(server),
      body: { email: newAddress(), password: PASSWORD },
    }),
    confirmEmail: (_, __, world) => withNewAddress(world),
    beginTwoFactor: async (_, __, { server }) => ({
      as: await makePerson(server),
      body: { password: PASSWORD },
    }),
    'beginTwoFactor when it is on': async (_, __, { server }) => ({
      as: (await withTwoFactor(server)).person,
      body: { password: PASSWORD },
    }),
    async confirmTwoFactor(_, __, { server }) {
      const as = await makePerson(server);
      const { code } = await secondFactorOf(server, as);
      return { as, body: { code: code() } };
    },
    'confirmTwoFactor not begun': () => ({ body: { code: '123456' } }),
    endTwoFactor: async (_, __, { server }) => {
      const { person, recoveryCodes } = await withTwoFactor(server);
      return { as: person, body: { password: PASSWORD, code: recoveryCodes[0] } };
    },
    'endTwoFactor when it is off': () => ({ body: { password: PASSWORD, code: '123456' } }),
    renewRecoveryCodes: async (_, __, { server }) => {
      const { person, recoveryCodes } = await withTwoFactor(server);
      return { as: person, body: { password: PASSWORD, code: recoveryCodes[0] } };
    },
    'renewRecoveryCodes when it is off': () => ({ body: { password: PASSWORD, code: '123456' } }),
    'signIn without its second factor': async (_, __, { server }) => ({
      body: { login: (await withTwoFactor(server)).person.username, password: PASSWORD },
    }),
    askExport: async (_, __, { server }) => ({ as: await makePerson(server), body: { password: PASSWORD } }),
    showUnsubscribe: () => ({ params: { token: 'A'.repeat(43) } }),
    unsubscribe: () => ({ params: { token: 'A'.repeat(43) } }),
    getExport: (_, caller, world) => madeExport(world, caller),
    'getExport of somebody else': (_, __, world) => madeExport(world, world.people.newcomer),
    downloadExport: (_, caller, world) => madeExport(world, caller),
    'downloadExport of somebody else': (_, __, world) => madeExport(world, world.people.newcomer),
    linkTelegram: plain,
    unlinkTelegram: plain,
    getSettings: plain,
    changeSettings: () => ({ body: { typing: true } }),
    searchUsers: () => ({ query: { search: 'person' } }),
    searchMessages: () => ({ query: { q: 'hello' } }),
    getUser: (_, __, { people }) => ({ params: { userId: people.newcomer.id } }),
    'getUser who blocks one': async (_, caller, world) => ({
      params: { userId: (await someoneWhoBlocks(world, caller, await makePerson(world.server))).id },
    }),
    getPresence: (_, __, { people }) => ({ query: { ids: people.newcomer.id } }),
    uploadFile: () => ({ file: tinyPng(2, 2) }),
    getFile: fileOf((caller) => caller),
    'getFile of somebody else': fileOf((_, { newcomer }) => newcomer),
    getFileThumbnail: fileOf((caller) => caller),
    'getFileThumbnail of somebody else': fileOf((_, { newcomer }) => newcomer),
    deleteFile: fileOf((caller) => caller),
    'deleteFile of somebody else': fileOf((_, { newcomer }) => newcomer),
    listBlocks: plain,
    blockUser: async (_, __, { server }) => ({ params: { userId: (await makePerson(server)).id } }),
    unblockUser: (_, __, { people }) => ({ params: { userId: people.newcomer.id } }),
    listAnnouncements: plain,
    createReport: (_, __, { people }) => reporting('user', people.newcomer.id),
    'createReport of oneself': (_, { id }) => reporting('user', id),
    "createReport of another's chat": async (_, __, { server }) =>
      reporting('conversation', (await makeChat(server)).chat.id),
    async "createReport of another's message"(_, __, { server }) {
      const { ada, chat } = await makeChat(server);
      return reporting('message', (await send(server, ada, chat.id, 'hello')).id);
    },
    listConversations: plain,
    getSync: plain,
    listChats: plain,
    openChat: (_, __, { people }) => ({ body: { userId: people.newcomer.id } }),
    'openChat with somebody who blocks one': async (_, caller, world) => ({
      body: { userId: (await someoneWhoBlocks(world, caller, await makePerson(world.server))).id },
    }),
    async 'openChat with somebody one blocks'(_, caller, world) {
      const someone = await makePerson(world.server);
      await someoneWhoBlocks(world, someone, caller);
      return { body: { userId: someone.id } };
    },
    listGroups: plain,
    createGroup: (_, __, { people }) => ({ body: { title: 'Tea', memberIds: [people.newcomer.id] } }),
    'createGroup with one who blocks one': async (_, caller, world) => ({
      body: {
        title: 'Tea',
        memberIds: [(await someoneWhoBlocks(world, caller, await makePerson(world.server))).id],
      },
    }),
    live: plain,
    ready: plain,
    bringTelegramUpdate: (_, __, { telegram }) => ({
      headers: { 'X-Telegram-Bot-Api-Secret-Token': telegram.webhook?.secret ?? '' },
      body: { update_id: 1 },
    }),
    'bringTelegramUpdate without a secret': () => ({ body: { update_id: 1 } }),
  },
});

/** One that is done, made once a person. */
const made = new Map<string, Promise<Attempt>>();
function madeExport({ server }: World, person: Person): Promise<Attempt> {
  const attempt =
    made.get(person.id) ??
    exported(server, person).then(({ id: exportId }): Attempt => ({ params: { exportId } }));
  made.set(person.id, attempt);
  return attempt;
}

/** Another device of theirs. */
async function sessionOf(world: World, person: Person): Promise<string> {
  await signIn(world.server, person);
  const { body } = await world.server.request
    .get('/api/v1/auth/sessions')
    .set(person.authorization)
    .expect(200);
  return body.items.find(({ current }: { current: boolean }) => !current).id;
}
