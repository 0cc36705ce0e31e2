import { makeAdmin } from '../support/admins';
import { makeBot } from '../support/bots';
import { makeChat, send } from '../support/chats';
import { createGroup } from '../support/groups';
import { makePerson, type Person } from '../support/people';
import { report } from '../support/reports';
import { failedDelivery, someWebhook } from '../support/webhooks';
import type { World } from './cast';
import { table, type Attempt, type Call } from './table';

const plain = (): Attempt => ({});

/** Something done to somebody whom nothing has been done to yet. */
const toSomebodyNew =
  (body?: object): Call<null> =>
  async (_, __, { server }) => ({
    params: { userId: (await makePerson(server)).id },
    ...(body && { body: { ...body } }),
  });

const to =
  (whom: (people: World['people'], caller: Person) => Person, body?: object): Call<null> =>
  (_, caller, { people }) => ({
    params: { userId: whom(people, caller).id },
    ...(body && { body: { ...body } }),
  });

let bots = 0;
const toSomeBot: Call<null> = async (_, __, { server }) => ({
  params: { botId: (await makeBot(server)).id },
});
const notABot: Call<null> = (_, __, { people }) => ({ params: { botId: people.newcomer.id } });

/** A new report of somebody. */
async function reported(server: World['server'], userId?: string): Promise<string> {
  const { body } = await report(server, await makePerson(server), {
    targetType: 'user',
    targetId: userId ?? (await makePerson(server)).id,
  }).expect(201);
  return body.id;
}

const suspension = { reason: 'sold nothing' };
const ownerOf = ({ siteOwner }: World['people']): Person => siteOwner;
const oneself = (_: World['people'], caller: Person): Person => caller;

/** What only admins do, and some of it the owner alone; `siteAdmin` and `siteOwner` are nobody special in any conversation. */
export const administration = table<null>({
  title: 'the administration',
  kind: null,
  placeOf: () => Promise.resolve(null),
  text: `
                                          | stranger  siteAdmin siteOwner
    listAuditLog                          | forbidden ok        ok
    listWebhooks                          | forbidden ok        ok
    createWebhook                         | forbidden ok        ok
    changeWebhook                         | forbidden ok        ok
    deleteWebhook                         | forbidden ok        ok
    listWebhookDeliveries                 | forbidden ok        ok
    replayWebhookDelivery                 | forbidden ok        ok
    listBots                              | forbidden ok        ok
    createBot                             | forbidden ok        ok
    changeBotToken                        | forbidden ok        ok
    changeBotToken of a person            | forbidden not_found not_found
    deleteBot                             | forbidden ok        ok
    deleteBot, a person                   | forbidden not_found not_found
    changeRole of a bot                   | forbidden forbidden conflict
    getStatistics                         | forbidden ok        ok
    listMadeAnnouncements                 | forbidden ok        ok
    makeAnnouncement                      | forbidden ok        ok
    listAdministeredUsers                 | forbidden ok        ok
    getAdministeredUser                   | forbidden ok        ok
    suspendUser                           | forbidden ok        ok
    suspendUser of the owner              | forbidden forbidden forbidden
    suspendUser of oneself                | forbidden forbidden forbidden
    suspendUser of an admin               | forbidden forbidden ok
    liftSuspension                        | forbidden ok        ok
    liftSuspension of the owner           | forbidden forbidden forbidden
    endSessions                           | forbidden ok        ok
    endSessions of the owner              | forbidden forbidden forbidden
    changeRole                            | forbidden forbidden ok
    changeRole of oneself                 | forbidden forbidden forbidden
    deleteUser                            | forbidden ok        ok
    deleteUser of the owner               | forbidden forbidden forbidden
    listReports                           | forbidden ok        ok
    getReport                             | forbidden ok        ok
    getReport about oneself               | forbidden not_found not_found
    handleReport                          | forbidden ok        ok
    handleReport about oneself            | forbidden not_found not_found
    listAdministeredConversations         | forbidden ok        ok
    removeConversation                    | forbidden ok        ok
    removeConversation, a private chat    | forbidden not_found not_found
    removeMessage                         | forbidden ok        ok
  `,
  calls: {
    listAuditLog: plain,
    listWebhooks: plain,
    createWebhook: () => ({ body: { url: 'https://localhost:9/hook', events: ['user.deleted'] } }),
    changeWebhook: async (_, __, { server }) => ({
      params: { webhookId: await someWebhook(server) },
      body: { description: 'tea' },
    }),
    deleteWebhook: async (_, __, { server }) => ({ params: { webhookId: await someWebhook(server) } }),
    listWebhookDeliveries: async (_, __, { server }) => ({
      params: { webhookId: await someWebhook(server) },
    }),
    async replayWebhookDelivery(_, __, { server }) {
      const webhookId = await someWebhook(server);
      return { params: { webhookId, deliveryId: await failedDelivery(server, webhookId) } };
    },
    listBots: plain,
    createBot: () => ({ body: { username: `robot${(bots += 1)}` } }),
    changeBotToken: toSomeBot,
    'changeBotToken of a person': notABot,
    deleteBot: toSomeBot,
    'deleteBot, a person': notABot,
    'changeRole of a bot': async (_, __, { server }) => ({
      params: { userId: (await makeBot(server)).id },
      body: { role: 'admin' },
    }),
    getStatistics: plain,
    listMadeAnnouncements: plain,
    makeAnnouncement: () => ({ body: { content: 'tea', via: ['socket'] } }),
    listAdministeredUsers: plain,
    getAdministeredUser: to(({ newcomer }) => newcomer),
    suspendUser: toSomebodyNew(suspension),
    'suspendUser of the owner': to(ownerOf, suspension),
    'suspendUser of oneself': to(oneself, suspension),
    'suspendUser of an admin': async (_, __, { server }) => ({
      params: { userId: (await makeAdmin(server)).id },
      body: suspension,
    }),
    liftSuspension: toSomebodyNew(),
    'liftSuspension of the owner': to(ownerOf),
    endSessions: toSomebodyNew(),
    'endSessions of the owner': to(ownerOf),
    changeRole: toSomebodyNew({ role: 'admin' }),
    'changeRole of oneself': to(oneself, { role: 'user' }),
    deleteUser: toSomebodyNew(),
    'deleteUser of the owner': to(ownerOf),
    listReports: plain,
    getReport: async (_, __, { server }) => ({ params: { reportId: await reported(server) } }),
    'getReport about oneself': async (_, { id }, { server }) => ({
      params: { reportId: await reported(server, id) },
    }),
    handleReport: async (_, __, { server }) => ({
      params: { reportId: await reported(server) },
      body: { status: 'in_review' },
    }),
    'handleReport about oneself': async (_, { id }, { server }) => ({
      params: { reportId: await reported(server, id) },
      body: { status: 'in_review' },
    }),
    listAdministeredConversations: plain,
    removeConversation: async (_, __, { server }) => ({
      params: { conversationId: (await createGroup(server, await makePerson(server))).id },
    }),
    'removeConversation, a private chat': async (_, __, { server }) => ({
      params: { conversationId: (await makeChat(server)).chat.id },
    }),
    async removeMessage(_, __, { server }) {
      const { ada, chat } = await makeChat(server);
      return { params: { messageId: (await send(server, ada, chat.id, 'hello')).id } };
    },
  },
});
