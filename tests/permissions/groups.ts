import type { Person } from '../support/people';
import { makePerson } from '../support/people';
import { fileCalls, messageBy, messageCalls, ownedCalls, someoneWhoBlocks } from './calls';
import type { People } from './cast';
import type { OwnedPlace } from './places';
import { table, type Call } from './table';

const here: Call<OwnedPlace> = ({ id }) => ({ params: { groupId: id } });
const adding = (id: string, whom: Person) => ({ params: { groupId: id }, body: { userIds: [whom.id] } });
const member =
  (whom: (people: People, caller: Person) => Person, body?: { role: 'admin' | 'member' }): Call<OwnedPlace> =>
  ({ id }, caller, { people }) => ({
    params: { groupId: id, userId: whom(people, caller).id },
    ...(body && { body }),
  });

export const groups = table<OwnedPlace>({
  title: 'a group',
  kind: 'group',
  placeOf: ({ places }) => places.group(),
  text: `
                                       | stranger   former     banned     member     admin      owner
    getGroup                           | not_found  not_found  not_found  ok         ok         ok
    changeGroup                        | not_found  not_found  not_found  forbidden  ok         ok
    changeGroupAvatar                  | not_found  not_found  not_found  forbidden  ok         ok
    removeGroupAvatar                  | not_found  not_found  not_found  forbidden  ok         ok
    deleteGroup                        | not_found  not_found  not_found  forbidden  forbidden  ok
    transferGroup                      | not_found  not_found  not_found  forbidden  forbidden  ok
    transferGroup to a stranger        | not_found  not_found  not_found  forbidden  forbidden  not_found
    transferGroup to a banned one      | not_found  not_found  not_found  forbidden  forbidden  not_found

    listMembers                        | not_found  not_found  not_found  ok         ok         ok
    addMembers                         | not_found  not_found  not_found  forbidden  ok         ok
    addMembers, a former one           | not_found  not_found  not_found  forbidden  ok         ok
    addMembers, a banned one           | not_found  not_found  not_found  forbidden  forbidden  forbidden
    addMembers, one who blocks them    | not_found  not_found  not_found  forbidden  blocked    blocked
    changeMember to an admin           | not_found  not_found  not_found  forbidden  forbidden  ok
    changeMember of an admin           | not_found  not_found  not_found  forbidden  forbidden  ok
    changeMember of the owner          | not_found  not_found  not_found  forbidden  forbidden  forbidden
    changeMember of oneself            | not_found  not_found  not_found  forbidden  forbidden  forbidden
    changeMember of a stranger         | not_found  not_found  not_found  forbidden  forbidden  not_found
    removeMember                       | not_found  not_found  not_found  forbidden  ok         ok
    removeMember of an admin           | not_found  not_found  not_found  forbidden  forbidden  ok
    removeMember of the owner          | not_found  not_found  not_found  forbidden  forbidden  forbidden
    removeMember of oneself            | not_found  not_found  not_found  ok         ok         forbidden
    removeMember of a stranger         | not_found  not_found  not_found  forbidden  not_found  not_found

    listGroupBans                      | not_found  not_found  not_found  forbidden  ok         ok
    banGroupUser                       | not_found  not_found  not_found  forbidden  ok         ok
    banGroupUser of a stranger         | not_found  not_found  not_found  forbidden  ok         ok
    banGroupUser of an admin           | not_found  not_found  not_found  forbidden  forbidden  ok
    banGroupUser of the owner          | not_found  not_found  not_found  forbidden  forbidden  forbidden
    banGroupUser of oneself            | not_found  not_found  not_found  forbidden  forbidden  forbidden
    unbanGroupUser                     | not_found  not_found  not_found  forbidden  ok         ok

    createGroupInvite                  | not_found  not_found  not_found  forbidden  ok         ok
    listGroupInvites                   | not_found  not_found  not_found  forbidden  ok         ok
    revokeGroupInvite                  | not_found  not_found  not_found  forbidden  ok         ok
    previewInvite                      | ok         ok         forbidden  ok         ok         ok
    acceptInvite                       | ok         ok         forbidden  ok         ok         ok

    sendGroupMessage                   | not_found  not_found  not_found  ok         ok         ok
    group_message                      | not_found  not_found  not_found  ok         ok         ok
    sendGroupMessage, own file         | not_found  not_found  not_found  ok         ok         ok
    group_message, own file            | not_found  not_found  not_found  ok         ok         ok
    sendGroupMessage, other's file     | not_found  not_found  not_found  validation_failed  validation_failed  validation_failed
    group_message, other's file        | not_found  not_found  not_found  validation_failed  validation_failed  validation_failed
    listGroupMessages                  | not_found  not_found  not_found  ok         ok         ok
    getGroupMessage                    | not_found  not_found  not_found  ok         ok         ok
    editGroupMessage                   | not_found  not_found  not_found  forbidden  forbidden  ok
    editGroupMessage of one's own      | not_found  not_found  not_found  ok         ok         ok
    deleteGroupMessage                 | not_found  not_found  not_found  forbidden  forbidden  ok
    deleteGroupMessage of a member     | not_found  not_found  not_found  forbidden  ok         ok
    deleteGroupMessage of an admin     | not_found  not_found  not_found  forbidden  forbidden  ok
    deleteGroupMessage of one's own    | not_found  not_found  not_found  ok         ok         ok
    deleteGroupMessage for oneself     | not_found  not_found  not_found  ok         ok         ok
    getGroupMessageHistory             | not_found  not_found  not_found  forbidden  ok         ok
    pinGroupMessage                    | not_found  not_found  not_found  forbidden  ok         ok
    unpinGroupMessage                  | not_found  not_found  not_found  forbidden  ok         ok
    listGroupPins                      | not_found  not_found  not_found  ok         ok         ok
    reactToGroupMessage                | not_found  not_found  not_found  ok         ok         ok
    unreactToGroupMessage              | not_found  not_found  not_found  ok         ok         ok
    forwardGroupMessage                | not_found  not_found  not_found  ok         ok         ok
    getGroupReceipts                   | not_found  not_found  not_found  ok         ok         ok
    getGroupChanges                    | not_found  not_found  not_found  ok         ok         ok
    readGroup                          | not_found  not_found  not_found  ok         ok         ok
    message_read                       | not_found  not_found  not_found  ok         ok         ok
    deliveredGroup                     | not_found  not_found  not_found  ok         ok         ok
    message_delivered                  | not_found  not_found  not_found  ok         ok         ok
    changeMy                           | not_found  not_found  not_found  ok         ok         ok
    clearHistory                       | not_found  not_found  not_found  ok         ok         ok

    join_group                         | not_found  not_found  not_found  ok         ok         ok
    leave_group                        | ok         ok         ok         ok         ok         ok
    typing                             | not_found  not_found  not_found  ok         ok         ok
  `,
  calls: {
    ...messageCalls('group'),
    ...fileCalls('group_message', 'groupId'),
    ...ownedCalls('group'),
    'deleteGroupMessage of a member': (place, _, world) =>
      messageBy(world, 'group', place, world.people.otherMember),
    'deleteGroupMessage of an admin': (place, _, world) =>
      messageBy(world, 'group', place, world.people.otherAdmin),
    getGroup: here,
    changeGroup: ({ id }) => ({ params: { groupId: id }, body: { title: 'Coffee' } }),
    listMembers: here,
    addMembers: ({ id }, _, { people }) => adding(id, people.newcomer),
    'addMembers, a former one': ({ id }, _, { people }) => adding(id, people.former),
    'addMembers, a banned one': ({ id }, _, { people }) => adding(id, people.banned),
    'addMembers, one who blocks them': async ({ id }, caller, world) =>
      adding(id, await someoneWhoBlocks(world, caller, await makePerson(world.server))),
    'changeMember to an admin': member(({ otherMember }) => otherMember, { role: 'admin' }),
    'changeMember of an admin': member(({ otherAdmin }) => otherAdmin, { role: 'member' }),
    'changeMember of the owner': member(({ owner }) => owner, { role: 'member' }),
    'changeMember of oneself': member((_, caller) => caller, { role: 'admin' }),
    'changeMember of a stranger': member(({ newcomer }) => newcomer, { role: 'admin' }),
    removeMember: member(({ otherMember }) => otherMember),
    'removeMember of an admin': member(({ otherAdmin }) => otherAdmin),
    'removeMember of the owner': member(({ owner }) => owner),
    'removeMember of oneself': member((_, caller) => caller),
    'removeMember of a stranger': member(({ newcomer }) => newcomer),
    group_message: ({ id }) => ({ body: { groupId: id, content: 'hello' } }),
  },
});
