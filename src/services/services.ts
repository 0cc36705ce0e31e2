import type { Config } from '../config/env';
import type { Logger } from '../helpers/logger';
import type { AccountDeletionService } from './account-deletion/account-deletion.service';
import type { Accounts } from './accounts';
import type { Administration } from './admin';
import type { AvatarsService } from './avatars/avatars.service';
import type { BlocksService } from './conversations/blocks.service';
import type { BotsService } from './bots/bots.service';
import type { AdminsService } from './conversations/admins.service';
import type { ChangesService } from './conversations/changes.service';
import type { ChannelsService } from './conversations/channels.service';
import type { EventRelay } from './cluster/event-relay';
import type { ConversationsService } from './conversations/conversations.service';
import type { FollowingService } from './conversations/following.service';
import type { GroupsService } from './conversations/groups.service';
import type { MyService } from './conversations/my.service';
import type { OwnedConversations } from './conversations/owned';
import type { ReceiptsService } from './conversations/receipts.service';
import type { SyncService } from './conversations/sync.service';
import type { ExportsService } from './exports/exports.service';
import type { Files } from './files';
import type { DomainEventBus } from './domain-events';
import type { HealthService } from './health/health.service';
import type { Limits } from './limits/limits';
import type { Metrics } from './metrics/metrics';
import type { ForwardingService } from './messages/forwarding.service';
import type { MessageChanges } from './messages/message-changes';
import type { MessagesService } from './messages/messages.service';
import type { Unsubscribing } from './alerts/unsubscribing';
import type { AnnouncementsService } from './announcements/announcements.service';
import type { ReportHandlingService } from './moderation/report-handling.service';
import type { ReportsService } from './moderation/reports.service';
import type { ReactionsService } from './messages/reactions.service';
import type { PresenceService } from './presence/presence.service';
import type { StandingService } from './presence/standing';
import type { StatisticsService } from './statistics/statistics.service';
import type { AdminAlerts } from './telegram/admin-alerts';
import type { Telegram } from './telegram';
import type { WebhooksService } from './webhooks/webhooks.service';
import type { TypingService } from './presence/typing.service';
import type { Tracing } from './tracing/tracing';
import type { SearchService } from './search/search.service';

/** What the doors stand on: REST and sockets call the same ones. */
export interface Services
  extends OwnedConversations, MessageChanges, Pick<Files, 'files' | 'uploads' | 'temporaryFiles'> {
  readonly config: Config;
  readonly logger: Logger;
  readonly bus: DomainEventBus;
  readonly limits: Limits;
  /** what other nodes are told, and tell; `null`: there are none */
  readonly relay: EventRelay | null;
  readonly accounts: Accounts;
  readonly accountDeletion: AccountDeletionService;
  readonly exports: ExportsService;
  readonly avatars: AvatarsService;
  readonly conversations: ConversationsService;
  readonly groups: GroupsService;
  readonly channels: ChannelsService;
  readonly following: FollowingService;
  readonly admins: AdminsService;
  readonly changes: ChangesService;
  readonly my: MyService;
  readonly blocks: BlocksService;
  readonly receipts: ReceiptsService;
  readonly sync: SyncService;
  readonly messages: MessagesService;
  readonly reactions: ReactionsService;
  readonly forwarding: ForwardingService;
  readonly search: SearchService;
  readonly presence: PresenceService;
  readonly typing: TypingService;
  readonly standing: StandingService;
  readonly administration: Administration;
  readonly statistics: StatisticsService;
  readonly announcements: AnnouncementsService;
  readonly webhooks: WebhooksService;
  readonly bots: BotsService;
  readonly reports: ReportsService;
  readonly reportHandling: ReportHandlingService;
  readonly unsubscribing: Unsubscribing;
  /** `null`: there is no bot */
  readonly telegram: Telegram | null;
  readonly adminAlerts: AdminAlerts;
  readonly health: HealthService;
  readonly metrics: Metrics;
  /** `null`: nobody asked for traces. */
  readonly tracing: Tracing | null;
}
