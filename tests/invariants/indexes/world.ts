import type { SentMessage } from '../../../src/contracts/messages';
import { createChannel } from '../../support/channels';
import { makeChat } from '../../support/chats';
import { createGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import type { TestServer } from '../../support/server';
import { connect, type Client } from '../../support/sockets';

/** Those who do something, where much has happened; around them is a crowd. */
export interface World {
  readonly server: TestServer;
  readonly ada: Person;
  readonly bob: Person;
  /** is in none of the conversations */
  readonly carol: Person;
  /** Ada's and Bob's */
  readonly chatId: string;
  /** Ada owns it, Bob is in it */
  readonly groupId: string;
  /** Ada owns it, Bob follows it */
  readonly channelId: string;
  /** Ada's, in all three */
  readonly adas: Client;
  readonly bobs: Client;
}

export async function makeWorld(server: TestServer): Promise<World> {
  const { ada, bob, chat } = await makeChat(server);
  const carol = await makePerson(server);
  const { id: groupId } = await createGroup(server, ada, [bob]);
  const { body } = await createChannel(server, ada, { title: 'Tea', handle: 'tea_news' }).expect(201);
  const { id: channelId } = body as { id: string };
  await server.request.put(`/api/v1/channels/${channelId}/follow`).set(bob.authorization).expect(200);
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  return { server, ada, bob, carol, chatId: chat.id, groupId, channelId, adas, bobs };
}

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A request that must succeed. @returns the answer's body */
export async function ask<Body = unknown>(
  { server }: Pick<World, 'server'>,
  person: Person | null,
  request: `${Verb} /${string}`,
  body?: object,
): Promise<Body> {
  const [verb, path] = request.split(' ') as [Verb, string];
  const asked = server.request[verb](`/api/v1${path}`).set(person?.authorization ?? {});
  const answer = await (body ? asked.send(body) : asked);
  if (answer.status >= 400) throw new Error(`${request}: ${answer.status} ${answer.text}`);
  return answer.body as Body;
}

/** A new message of Ada's in the chat. */
export const say = (world: World, body: object = {}): Promise<SentMessage> =>
  ask(world, world.ada, `post /chats/${world.chatId}/messages`, { content: 'tea', ...body });

/** All pages of a list, at most three. */
export async function pages(world: World, person: Person, path: string): Promise<void> {
  let cursor: string | null = '';
  for (let page = 0; page < 3 && cursor !== null; page += 1) {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=10${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { nextCursor }: { nextCursor: string | null } = await ask(
      world,
      person,
      `get ${path}${query}` as `get /`,
    );
    cursor = nextCursor;
  }
}

/** Something that is asked for all day. What it sends to the database is looked at. */
export type Call = (world: World) => Promise<unknown>;
export type Calls = Readonly<Record<string, Call>>;
