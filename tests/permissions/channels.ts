import type { Person } from '../support/people';
import { messageBy, messageCalls, ownedCalls } from './calls';
import type { People } from './cast';
import type { OwnedPlace } from './places';
import { table, type Call, type Calls } from './table';

const here: Call<OwnedPlace> = ({ id }) => ({ params: { channelId: id } });
const admin =
  (whom: (people: People) => Person): Call<OwnedPlace> =>
  ({ id }, _, { people }) => ({ params: { channelId: id, userId: whom(people).id } });

const calls: Calls<OwnedPlace> = {
  ...messageCalls('channel'),
  ...ownedCalls('channel'),
  getChannel: here,
  getChannelByHandle: ({ handle = '' }) => ({ params: { handle } }),
  changeChannel: ({ id }) => ({ params: { channelId: id }, body: { title: 'Olds' } }),
  followChannel: here,
  unfollowChannel: here,
  'deleteChannelMessage of an admin': (place, _, world) =>
    messageBy(world, 'channel', place, world.people.otherAdmin),
  listFollowers: here,
  addChannelAdmin: admin(({ otherMember }) => otherMember),
  'addChannelAdmin, a stranger': admin(({ newcomer }) => newcomer),
  'addChannelAdmin, a banned one': admin(({ banned }) => banned),
  removeChannelAdmin: admin(({ otherAdmin }) => otherAdmin),
  'removeChannelAdmin, the owner': admin(({ owner }) => owner),
};

/** The same in public and in private ones: what only those who are in it may. */
const INSIDE = `
    changeChannel                     | not_found  not_found  not_found  forbidden  ok         ok
    changeChannelAvatar               | not_found  not_found  not_found  forbidden  ok         ok
    removeChannelAvatar               | not_found  not_found  not_found  forbidden  ok         ok
    deleteChannel                     | not_found  not_found  not_found  forbidden  forbidden  ok
    transferChannel                   | not_found  not_found  not_found  forbidden  forbidden  ok
    transferChannel to a stranger     | not_found  not_found  not_found  forbidden  forbidden  not_found
    transferChannel to a banned one   | not_found  not_found  not_found  forbidden  forbidden  not_found

    listFollowers                     | not_found  not_found  not_found  forbidden  ok         ok
    addChannelAdmin                   | not_found  not_found  not_found  forbidden  forbidden  ok
    addChannelAdmin, a stranger       | not_found  not_found  not_found  forbidden  forbidden  ok
    addChannelAdmin, a banned one     | not_found  not_found  not_found  forbidden  forbidden  forbidden
    removeChannelAdmin                | not_found  not_found  not_found  forbidden  forbidden  ok
    removeChannelAdmin, the owner     | not_found  not_found  not_found  forbidden  forbidden  forbidden

    listChannelBans                   | not_found  not_found  not_found  forbidden  ok         ok
    banChannelUser                    | not_found  not_found  not_found  forbidden  ok         ok
    banChannelUser of a stranger      | not_found  not_found  not_found  forbidden  ok         ok
    banChannelUser of an admin        | not_found  not_found  not_found  forbidden  forbidden  ok
    banChannelUser of the owner       | not_found  not_found  not_found  forbidden  forbidden  forbidden
    banChannelUser of oneself         | not_found  not_found  not_found  forbidden  forbidden  forbidden
    unbanChannelUser                  | not_found  not_found  not_found  forbidden  ok         ok

    createChannelInvite               | not_found  not_found  not_found  forbidden  ok         ok
    listChannelInvites                | not_found  not_found  not_found  forbidden  ok         ok
    revokeChannelInvite               | not_found  not_found  not_found  forbidden  ok         ok
    previewInvite                     | ok         ok         forbidden  ok         ok         ok
    acceptInvite                      | ok         ok         forbidden  ok         ok         ok

    sendChannelMessage                | not_found  not_found  not_found  forbidden  ok         ok
    sendChannelMessage, own file      | not_found  not_found  not_found  forbidden  ok         ok
    sendChannelMessage, other's file  | not_found  not_found  not_found  forbidden  validation_failed  validation_failed
    editChannelMessage                | not_found  not_found  not_found  forbidden  forbidden  ok
    editChannelMessage of one's own   | not_found  not_found  not_found  forbidden  ok         ok
    deleteChannelMessage              | not_found  not_found  not_found  forbidden  forbidden  ok
    deleteChannelMessage of an admin  | not_found  not_found  not_found  forbidden  forbidden  ok
    deleteChannelMessage of one's own | not_found  not_found  not_found  forbidden  ok         ok
    deleteChannelMessage for oneself  | not_found  not_found  not_found  ok         ok         ok
    pinChannelMessage                 | not_found  not_found  not_found  forbidden  ok         ok
    unpinChannelMessage               | not_found  not_found  not_found  forbidden  ok         ok
    reactToChannelMessage             | not_found  not_found  not_found  ok         ok         ok
    unreactToChannelMessage           | not_found  not_found  not_found  ok         ok         ok
    getChannelReceipts                | not_found  not_found  not_found  ok         ok         ok
    getChannelChanges                 | not_found  not_found  not_found  ok         ok         ok
    readChannel                       | not_found  not_found  not_found  ok         ok         ok
    message_read                      | not_found  not_found  not_found  ok         ok         ok
    deliveredChannel                  | not_found  not_found  not_found  ok         ok         ok
    message_delivered                 | not_found  not_found  not_found  ok         ok         ok
    changeMy                          | not_found  not_found  not_found  ok         ok         ok
    clearHistory                      | not_found  not_found  not_found  ok         ok         ok

    leave_channel                     | ok         ok         ok         ok         ok         ok
    typing                            | not_found  not_found  not_found  ok         ok         ok
`;

export const publicChannels = table<OwnedPlace>({
  title: 'a public channel',
  kind: 'channel',
  placeOf: ({ places }) => places.publicChannel(),
  calls: {
    ...calls,
    createChannel: () => ({ body: { title: 'News', visibility: 'public' } }),
    listChannels: () => ({}),
  },
  text: `
                                      | stranger   former     banned     follower   admin      owner
    createChannel                     | ok         ok         ok         ok         ok         ok
    listChannels                      | ok         ok         ok         ok         ok         ok
    getChannel                        | ok         ok         not_found  ok         ok         ok
    getChannelByHandle                | ok         ok         not_found  ok         ok         ok
    listChannelMessages               | ok         ok         not_found  ok         ok         ok
    getChannelMessage                 | ok         ok         not_found  ok         ok         ok
    getChannelMessageHistory          | forbidden  forbidden  not_found  forbidden  ok         ok
    listChannelPins                   | ok         ok         not_found  ok         ok         ok
    forwardChannelMessage             | ok         ok         not_found  ok         ok         ok
    join_channel                      | ok         ok         not_found  ok         ok         ok
    followChannel                     | ok         ok         forbidden  ok         ok         ok
    unfollowChannel                   | ok         ok         not_found  ok         ok         forbidden
    ${INSIDE}
  `,
});

export const privateChannels = table<OwnedPlace>({
  title: 'a private channel',
  kind: 'channel',
  placeOf: ({ places }) => places.privateChannel(),
  calls,
  text: `
                                      | stranger   former     banned     follower   admin      owner
    getChannel                        | not_found  not_found  not_found  ok         ok         ok
    getChannelByHandle                | not_found  not_found  not_found  ok         ok         ok
    listChannelMessages               | not_found  not_found  not_found  ok         ok         ok
    getChannelMessage                 | not_found  not_found  not_found  ok         ok         ok
    getChannelMessageHistory          | not_found  not_found  not_found  forbidden  ok         ok
    listChannelPins                   | not_found  not_found  not_found  ok         ok         ok
    forwardChannelMessage             | not_found  not_found  not_found  ok         ok         ok
    join_channel                      | not_found  not_found  not_found  ok         ok         ok
    followChannel                     | not_found  not_found  not_found  ok         ok         ok
    unfollowChannel                   | not_found  not_found  not_found  ok         ok         forbidden
    ${INSIDE}
  `,
});
