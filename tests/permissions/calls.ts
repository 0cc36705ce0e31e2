import { KINDS } from '../../src/contracts/kinds';
import type { ConversationKind } from '../../src/contracts/messages';
import { addFile } from '../support/files';
import type { Person } from '../support/people';
import { tinyPng } from '../support/pictures';
import type { World } from './cast';
import type { OwnedPlace, Place } from './places';
import type { Attempt, Call, Calls } from './table';

const PICTURE = tinyPng(2, 2);

/** Somebody new who blocks the caller. */
export async function someoneWhoBlocks({ server }: World, caller: Person, someone: Person): Promise<Person> {
  await server.request.put(`/api/v1/users/${caller.id}/block`).set(someone.authorization).expect(204);
  return someone;
}

/** A new message of somebody; the one that is there already when they may send none. */
export async function messageBy(
  { server }: World,
  kind: ConversationKind,
  { id, messageId }: Place,
  sender: Person,
): Promise<Attempt> {
  const sent = await server.request
    .post(`/api/v1/${kind}s/${id}/messages`)
    .set(sender.authorization)
    .send({ content: 'hello' });
  return { params: { [KINDS[kind].idKey]: id, messageId: sent.ok ? sent.body.id : messageId } };
}

/** A new file of somebody, to be attached. */
const fileBy = async ({ server }: World, owner: Person) => ({
  attachmentIds: [await addFile(server, owner)],
});

/** What a file of the caller's, or of somebody else's, is sent with at the sockets' door. */
export const fileCalls = (event: string, key: string): Calls<Place> => ({
  [`${event}, own file`]: async ({ id }, caller, world) => ({
    body: { [key]: id, ...(await fileBy(world, caller)) },
  }),
  [`${event}, other's file`]: async ({ id }, _, world) => ({
    body: { [key]: id, ...(await fileBy(world, world.people.newcomer)) },
  }),
});

/** The messages of one conversation, and the caller's own view of it. */
export function messageCalls(kind: ConversationKind): Calls<Place> {
  const { name, idKey } = KINDS[kind];
  const here: Call<Place> = ({ id }) => ({ params: { [idKey]: id } });
  const hereWith =
    (body: object): Call<Place> =>
    ({ id }) => ({ params: { [idKey]: id }, body: { ...body } });
  const inItsRoom =
    (body: object): Call<Place> =>
    ({ id }) => ({ body: { roomId: id, ...body } });
  const itsMessage = ({ id, messageId }: Place) => ({ params: { [idKey]: id, messageId } });
  const reaction: Call<Place> = ({ id, messageId }) => ({
    params: { [idKey]: id, messageId, emoji: '👍' },
  });
  return {
    [`send${name}Message`]: hereWith({ content: 'hello' }),
    [`send${name}Message, own file`]: async (place, caller, world) => ({
      params: { [idKey]: place.id },
      body: await fileBy(world, caller),
    }),
    [`send${name}Message, other's file`]: async (place, _, world) => ({
      params: { [idKey]: place.id },
      body: await fileBy(world, world.people.newcomer),
    }),
    [`list${name}Messages`]: here,
    [`get${name}Message`]: itsMessage,
    [`read${name}`]: hereWith({ seq: 1 }),
    [`delivered${name}`]: hereWith({ seq: 1 }),
    [`get${name}Receipts`]: itsMessage,
    [`edit${name}Message`]: (place) => ({
      ...itsMessage(place),
      body: { content: 'hello again' },
    }),
    [`edit${name}Message of one's own`]: async (place, caller, world) => ({
      ...(await messageBy(world, kind, place, caller)),
      body: { content: 'hello again' },
    }),
    [`delete${name}Message`]: itsMessage,
    [`delete${name}Message of one's own`]: (place, caller, world) => messageBy(world, kind, place, caller),
    [`delete${name}Message for oneself`]: (place) => ({
      ...itsMessage(place),
      query: { for: 'me' },
    }),
    [`get${name}MessageHistory`]: itsMessage,
    [`pin${name}Message`]: itsMessage,
    [`unpin${name}Message`]: itsMessage,
    [`list${name}Pins`]: here,
    [`reactTo${name}Message`]: reaction,
    [`unreactTo${name}Message`]: reaction,
    [`forward${name}Message`]: (place) => ({
      ...itsMessage(place),
      body: { to: [{ conversationId: place.id }] },
    }),
    [`get${name}Changes`]: ({ id }) => ({ params: { [idKey]: id }, query: { since: '0' } }),
    changeMy: ({ id }) => ({ params: { conversationId: id }, body: { pinned: true } }),
    clearHistory: ({ id }) => ({ params: { conversationId: id }, body: { uptoSeq: 1 } }),
    [`join_${kind}`]: ({ id }) => ({ body: { [idKey]: id } }),
    [`leave_${kind}`]: ({ id }) => ({ body: { [idKey]: id } }),
    message_delivered: inItsRoom({ seq: 1 }),
    message_read: inItsRoom({ seq: 1 }),
    typing: inItsRoom({ isTyping: true }),
  };
}

/** What groups and channels have and private chats have not. */
export function ownedCalls(kind: 'group' | 'channel'): Calls<OwnedPlace> {
  const { name, idKey } = KINDS[kind];
  const here: Call<OwnedPlace> = ({ id }) => ({ params: { [idKey]: id } });
  const about =
    (whom: (people: World['people'], caller: Person) => Person): Call<OwnedPlace> =>
    ({ id }, caller, { people }) => ({ params: { [idKey]: id, userId: whom(people, caller).id } });
  const to =
    (whom: (people: World['people']) => Person): Call<OwnedPlace> =>
    ({ id }, _, { people }) => ({ params: { [idKey]: id }, body: { userId: whom(people).id } });
  const byToken: Call<OwnedPlace> = ({ invite }) => ({ params: { token: invite.token } });
  return {
    [`delete${name}`]: here,
    [`change${name}Avatar`]: ({ id }) => ({ params: { [idKey]: id }, file: PICTURE }),
    [`remove${name}Avatar`]: here,
    [`transfer${name}`]: to(({ otherMember }) => otherMember),
    [`transfer${name} to a stranger`]: to(({ newcomer }) => newcomer),
    [`transfer${name} to a banned one`]: to(({ banned }) => banned),
    [`list${name}Bans`]: here,
    [`ban${name}User`]: about(({ otherMember }) => otherMember),
    [`ban${name}User of a stranger`]: about(({ newcomer }) => newcomer),
    [`ban${name}User of an admin`]: about(({ otherAdmin }) => otherAdmin),
    [`ban${name}User of the owner`]: about(({ owner }) => owner),
    [`ban${name}User of oneself`]: about((_, caller) => caller),
    [`unban${name}User`]: about(({ banned }) => banned),
    [`create${name}Invite`]: ({ id }) => ({ params: { [idKey]: id }, body: {} }),
    [`list${name}Invites`]: here,
    [`revoke${name}Invite`]: ({ id, invite }) => ({ params: { [idKey]: id, inviteId: invite.id } }),
    previewInvite: byToken,
    acceptInvite: byToken,
  };
}
