import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { AvatarsService } from '../avatars/avatars.service';
import type { DomainEventBus } from '../domain-events';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationAccess } from './access';
import type { AdditionLimit } from './addition-limit';
import { BansService } from './bans.service';
import type { ConversationsService } from './conversations.service';
import { DeletionService } from './deletion.service';
import { DetailsService } from './details.service';
import { EntranceService } from './entrance.service';
import { InvitesService } from './invites.service';
import { MembersService } from './members.service';
import { OwnershipService } from './ownership.service';
import { PictureService } from './picture.service';

/** What is the same for groups and channels. */
export interface OwnedConversations {
  readonly members: MembersService;
  readonly bans: BansService;
  readonly ownership: OwnershipService;
  readonly invites: InvitesService;
  readonly entrance: EntranceService;
  readonly details: DetailsService;
  readonly picture: PictureService;
  readonly deletion: DeletionService;
}

interface Dependencies {
  readonly database: Database;
  readonly access: ConversationAccess;
  readonly conversations: ConversationsService;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
  readonly avatars: AvatarsService;
  readonly additions: AdditionLimit;
  readonly config: Pick<Config, 'publicUrl' | 'groupMaxMembers'>;
}

/** What is the same for groups and channels, wired. */
export function createOwnedConversations({ config, ...shared }: Dependencies): OwnedConversations {
  const { database, access, conversations, writer, avatars } = shared;
  const { publicUrl, groupMaxMembers: maxGroupMembers } = config;
  return {
    members: new MembersService({ ...shared, maxGroupMembers }),
    bans: new BansService(database, access, writer),
    ownership: new OwnershipService(shared),
    invites: new InvitesService({ ...shared, publicUrl }),
    entrance: new EntranceService({ ...shared, maxGroupMembers }),
    details: new DetailsService(conversations, writer),
    picture: new PictureService(shared),
    deletion: new DeletionService(database, writer, avatars),
  };
}
