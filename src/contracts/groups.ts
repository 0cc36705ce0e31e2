import { z } from 'zod';
import { Conversation, ConversationPage } from './conversations';
import { Description, Id, Paging, Title } from './fields';
import { inviteOperations } from './invites';
import { idParams } from './kinds';
import { AddedMembers, ConversationMember, MemberPage, peopleOperations } from './members';
import { messageCommands } from './message-commands';
import { messageOperations } from './message-operations';
import { operation } from './operation';
import { ownedOperations, RetentionDays, SlowModeSeconds } from './owned-operations';

const tag = 'Groups';
const GroupParams = idParams('groupId');
const MemberParams = idParams('groupId', 'userId');

/** People added at once. */
const MAX_ADDED = 100;

export const CreateGroup = operation({
  id: 'createGroup',
  tag,
  method: 'post',
  path: '/groups',
  peopleOnly: true,
  summary: 'Make a group; whoever makes it owns it',
  body: z.strictObject({
    title: Title,
    description: Description.optional(),
    memberIds: z.array(Id).max(MAX_ADDED).default([]),
  }),
  answers: { 201: { description: 'made', schema: Conversation } },
  errors: ['not_found', 'blocked', 'limit_reached'],
});

export const ListGroups = operation({
  id: 'listGroups',
  tag,
  method: 'get',
  path: '/groups',
  summary: "One's groups, latest first",
  query: Paging.extend({
    search: z.string().trim().min(1).max(128).optional().meta({ description: 'how the title begins' }),
  }),
  answers: { 200: { description: 'a page', schema: ConversationPage } },
});

export const GetGroup = operation({
  id: 'getGroup',
  tag,
  method: 'get',
  path: '/groups/{groupId}',
  summary: 'A group',
  params: GroupParams,
  answers: { 200: { description: 'the group', schema: Conversation } },
  errors: ['not_found'],
});

export const ChangeGroup = operation({
  id: 'changeGroup',
  tag,
  method: 'patch',
  path: '/groups/{groupId}',
  summary: 'Change what a group is called and how it works',
  params: GroupParams,
  body: z
    .strictObject({
      title: Title.optional(),
      description: Description.optional(),
      slowModeSeconds: SlowModeSeconds.optional(),
      retentionDays: RetentionDays.optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'must change something'),
  answers: { 200: { description: 'the group as it is now', schema: Conversation } },
  errors: ['not_found', 'forbidden'],
});

export const ListMembers = operation({
  id: 'listMembers',
  tag,
  method: 'get',
  path: '/groups/{groupId}/members',
  summary: 'Who is in a group',
  params: GroupParams,
  query: Paging,
  answers: { 200: { description: 'a page', schema: MemberPage } },
  errors: ['not_found', 'forbidden'],
});

export const AddMembers = operation({
  id: 'addMembers',
  tag,
  method: 'post',
  path: '/groups/{groupId}/members',
  peopleOnly: true,
  summary: 'Add people; tells of each that could not be added why',
  params: GroupParams,
  body: z.strictObject({ userIds: z.array(Id).min(1).max(MAX_ADDED) }),
  answers: { 200: { description: 'who was added and who was not', schema: AddedMembers } },
  errors: ['not_found', 'forbidden', 'limit_reached'],
});

export const ChangeMember = operation({
  id: 'changeMember',
  tag,
  method: 'patch',
  path: '/groups/{groupId}/members/{userId}',
  summary: 'Make somebody an admin, or a plain member again',
  params: MemberParams,
  body: z.strictObject({ role: z.enum(['admin', 'member']) }),
  answers: { 200: { description: 'the member as they are now', schema: ConversationMember } },
  errors: ['not_found', 'forbidden'],
});

export const RemoveMember = operation({
  id: 'removeMember',
  tag,
  method: 'delete',
  path: '/groups/{groupId}/members/{userId}',
  summary: 'Remove somebody; oneself: leave',
  params: MemberParams,
  answers: { 204: { description: 'not in the group any more' } },
  errors: ['not_found', 'forbidden'],
});

export const {
  remove: DeleteGroup,
  changeAvatar: ChangeGroupAvatar,
  removeAvatar: RemoveGroupAvatar,
} = ownedOperations('group');

export const {
  transfer: TransferGroup,
  bans: ListGroupBans,
  ban: BanGroupUser,
  unban: UnbanGroupUser,
} = peopleOperations('group');

export const {
  create: CreateGroupInvite,
  list: ListGroupInvites,
  revoke: RevokeGroupInvite,
} = inviteOperations('group');

export const {
  send: SendGroupMessage,
  list: ListGroupMessages,
  get: GetGroupMessage,
  read: ReadGroup,
  delivered: DeliveredGroup,
  receipts: GetGroupReceipts,
  changes: GetGroupChanges,
} = messageOperations('group');

export const {
  edit: EditGroupMessage,
  remove: DeleteGroupMessage,
  history: GetGroupMessageHistory,
  pin: PinGroupMessage,
  unpin: UnpinGroupMessage,
  pins: ListGroupPins,
  react: ReactToGroupMessage,
  unreact: UnreactToGroupMessage,
  forward: ForwardGroupMessage,
} = messageCommands('group');
