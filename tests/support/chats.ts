import type { Conversation } from '../../src/contracts/conversations';
import type { SentMessage } from '../../src/contracts/messages';
import { makePerson, type Person } from './people';
import type { TestedServer } from './server';

/** The private chat of two people, opened by the first. */
export async function openChat(server: TestedServer, first: Person, second: Person): Promise<Conversation> {
  const { body } = await server.request
    .post('/api/v1/chats')
    .set(first.authorization)
    .send({ userId: second.id });
  return body as Conversation;
}

/** Two new people with a chat. */
export async function makeChat(
  server: TestedServer,
): Promise<{ ada: Person; bob: Person; chat: Conversation }> {
  const ada = await makePerson(server);
  const bob = await makePerson(server);
  return { ada, bob, chat: await openChat(server, ada, bob) };
}

export async function send(
  server: TestedServer,
  sender: Person,
  chatId: string,
  content: string,
  clientMessageId?: string,
): Promise<SentMessage> {
  const { body } = await server.request
    .post(`/api/v1/chats/${chatId}/messages`)
    .set(sender.authorization)
    .send({ content, ...(clientMessageId && { clientMessageId }) });
  return body as SentMessage;
}
