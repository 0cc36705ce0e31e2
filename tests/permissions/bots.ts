import { openChat } from '../support/chats';
import { makePerson, PASSWORD } from '../support/people';
import { table, type Attempt } from './table';

const plain = (): Attempt => ({});
const ID = '0198c0de-0000-7000-8000-000000000001';
const withPassword = (): Attempt => ({ body: { password: PASSWORD } });

/** What is for people, and what bots do as people do. */
export const bots = table<null>({
  title: 'what bots may do',
  kind: null,
  placeOf: () => Promise.resolve(null),
  text: `
                             | bot
    getMe                    | ok
    changeMe                 | ok
    listConversations        | ok
    createChannel            | ok
    searchUsers              | ok
    openChat                 | forbidden
    openChat that there is   | ok
    createGroup              | forbidden
    addMembers               | forbidden
    signOut                  | forbidden
    signOutEverywhere        | forbidden
    listSessions             | forbidden
    revokeSession            | forbidden
    changePassword           | forbidden
    changeEmail              | forbidden
    confirmEmail             | forbidden
    deleteMe                 | forbidden
    beginTwoFactor           | forbidden
    confirmTwoFactor         | forbidden
    endTwoFactor             | forbidden
    renewRecoveryCodes       | forbidden
    linkTelegram             | forbidden
    askExport                | forbidden
    getExport                | forbidden
    downloadExport           | forbidden
    listBots                 | forbidden
    createBot                | forbidden
  `,
  calls: {
    getMe: plain,
    changeMe: () => ({ body: { bio: 'I help' } }),
    listConversations: plain,
    createChannel: () => ({ body: { title: 'News', visibility: 'private' } }),
    searchUsers: () => ({ query: { search: 'person' } }),
    openChat: (_, __, { people }) => ({ body: { userId: people.newcomer.id } }),
    async 'openChat that there is'(_, bot, { server }) {
      const somebody = await makePerson(server);
      await openChat(server, somebody, bot);
      return { body: { userId: somebody.id } };
    },
    createGroup: () => ({ body: { title: 'Tea', memberIds: [] } }),
    addMembers: (_, __, { people }) => ({
      params: { groupId: ID },
      body: { userIds: [people.newcomer.id] },
    }),
    signOut: plain,
    signOutEverywhere: plain,
    listSessions: plain,
    revokeSession: () => ({ params: { sessionId: ID } }),
    changePassword: () => ({ body: { currentPassword: PASSWORD, newPassword: PASSWORD } }),
    changeEmail: () => ({ body: { email: 'bot@example.com', password: PASSWORD } }),
    confirmEmail: () => ({ body: { code: '123456' } }),
    deleteMe: withPassword,
    beginTwoFactor: withPassword,
    confirmTwoFactor: () => ({ body: { code: '123456' } }),
    endTwoFactor: () => ({ body: { password: PASSWORD, code: '123456' } }),
    renewRecoveryCodes: () => ({ body: { password: PASSWORD, code: '123456' } }),
    linkTelegram: plain,
    askExport: withPassword,
    getExport: () => ({ params: { exportId: ID } }),
    downloadExport: () => ({ params: { exportId: ID } }),
    listBots: plain,
    createBot: () => ({ body: { username: 'another' } }),
  },
});
