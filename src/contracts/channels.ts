import { z } from 'zod';
import { Channel, Conversation, Visibility } from './conversations';
import { Description, GivenHandle, Handle, Paging, Title, page } from './fields';
import { inviteOperations } from './invites';
import { idParams } from './kinds';
import { ConversationMember, MemberPage, peopleOperations } from './members';
import { messageCommands } from './message-commands';
import { messageOperations } from './message-operations';
import { operation } from './operation';
import { ownedOperations, RetentionDays, SlowModeSeconds } from './owned-operations';
import { named } from './registry';

const tag = 'Channels';
const ChannelParams = idParams('channelId');
const AdminParams = idParams('channelId', 'userId');

export const ChannelPage = named('ChannelPage', page(Channel));

export const CreateChannel = operation({
  id: 'createChannel',
  tag,
  method: 'post',
  path: '/channels',
  summary: 'Make a channel; whoever makes it owns it',
  body: z.strictObject({
    title: Title,
    handle: Handle.optional(),
    description: Description.optional(),
    visibility: Visibility,
    signed: z.boolean().default(false),
  }),
  answers: { 201: { description: 'made', schema: Conversation } },
  errors: ['handle_taken'],
});

export const ListChannels = operation({
  id: 'listChannels',
  tag,
  method: 'get',
  path: '/channels',
  summary: "Public channels and one's own",
  query: Paging.extend({
    // The place is where the title would stand, and that is up to 255 code points long.
    cursor: z.string().max(3000).optional(),
    search: z
      .string()
      .trim()
      .min(1)
      .max(128)
      .optional()
      .meta({ description: 'how a title or a handle begins' }),
  }),
  answers: { 200: { description: 'a page', schema: ChannelPage } },
});

export const GetChannelByHandle = operation({
  id: 'getChannelByHandle',
  tag,
  method: 'get',
  path: '/channels/@{handle}',
  summary: 'A channel by its handle',
  params: z.strictObject({ handle: GivenHandle }),
  answers: { 200: { description: 'the channel', schema: Channel } },
  errors: ['not_found'],
});

export const GetChannel = operation({
  id: 'getChannel',
  tag,
  method: 'get',
  path: '/channels/{channelId}',
  summary: 'A channel: a public one, or one that the caller follows',
  params: ChannelParams,
  answers: { 200: { description: 'the channel', schema: Channel } },
  errors: ['not_found'],
});

export const ChangeChannel = operation({
  id: 'changeChannel',
  tag,
  method: 'patch',
  path: '/channels/{channelId}',
  summary: 'Change what a channel is called and how it works',
  params: ChannelParams,
  body: z
    .strictObject({
      title: Title.optional(),
      handle: Handle.nullable().optional(),
      description: Description.optional(),
      visibility: Visibility.optional(),
      signed: z.boolean().optional(),
      slowModeSeconds: SlowModeSeconds.optional(),
      retentionDays: RetentionDays.optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'must change something'),
  answers: { 200: { description: 'the channel as it is now', schema: Conversation } },
  errors: ['not_found', 'forbidden', 'handle_taken'],
});

export const FollowChannel = operation({
  id: 'followChannel',
  tag,
  method: 'put',
  path: '/channels/{channelId}/follow',
  summary: 'Follow a public channel',
  params: ChannelParams,
  answers: { 200: { description: 'the channel', schema: Conversation } },
  errors: ['not_found', 'forbidden'],
});

export const UnfollowChannel = operation({
  id: 'unfollowChannel',
  tag,
  method: 'delete',
  path: '/channels/{channelId}/follow',
  summary: 'Follow a channel no longer',
  params: ChannelParams,
  answers: { 204: { description: 'not followed by the caller' } },
  errors: ['not_found', 'forbidden'],
});

export const ListFollowers = operation({
  id: 'listFollowers',
  tag,
  method: 'get',
  path: '/channels/{channelId}/followers',
  summary: 'Who follows a channel; for its owner and admins',
  params: ChannelParams,
  query: Paging,
  answers: { 200: { description: 'a page', schema: MemberPage } },
  errors: ['not_found', 'forbidden'],
});

export const AddChannelAdmin = operation({
  id: 'addChannelAdmin',
  tag,
  method: 'put',
  path: '/channels/{channelId}/admins/{userId}',
  summary: 'Make somebody an admin, and so a follower',
  params: AdminParams,
  answers: { 200: { description: 'the admin', schema: ConversationMember } },
  errors: ['not_found', 'forbidden', 'blocked', 'limit_reached'],
});

export const RemoveChannelAdmin = operation({
  id: 'removeChannelAdmin',
  tag,
  method: 'delete',
  path: '/channels/{channelId}/admins/{userId}',
  summary: 'Make an admin a plain follower again',
  params: AdminParams,
  answers: { 204: { description: 'not an admin' } },
  errors: ['not_found', 'forbidden'],
});

export const {
  remove: DeleteChannel,
  changeAvatar: ChangeChannelAvatar,
  removeAvatar: RemoveChannelAvatar,
} = ownedOperations('channel');

export const {
  transfer: TransferChannel,
  bans: ListChannelBans,
  ban: BanChannelUser,
  unban: UnbanChannelUser,
} = peopleOperations('channel');

export const {
  create: CreateChannelInvite,
  list: ListChannelInvites,
  revoke: RevokeChannelInvite,
} = inviteOperations('channel');

export const {
  send: SendChannelMessage,
  list: ListChannelMessages,
  get: GetChannelMessage,
  read: ReadChannel,
  delivered: DeliveredChannel,
  receipts: GetChannelReceipts,
  changes: GetChannelChanges,
} = messageOperations('channel');

export const {
  edit: EditChannelMessage,
  remove: DeleteChannelMessage,
  history: GetChannelMessageHistory,
  pin: PinChannelMessage,
  unpin: UnpinChannelMessage,
  pins: ListChannelPins,
  react: ReactToChannelMessage,
  unreact: UnreactToChannelMessage,
  forward: ForwardChannelMessage,
} = messageCommands('channel');
