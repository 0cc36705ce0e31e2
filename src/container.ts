import path from 'node:path';
import type { Config } from './config/env';
import { migrate, openDatabase } from './database/open';
import type { Database } from './database/database';
import { openRedis } from './database/redis';
import { newId } from './helpers/ids';
import type { Logger } from './helpers/logger';
import { AccountDeletionService } from './services/account-deletion/account-deletion.service';
import { AccountErasure } from './services/account-deletion/erasure';
import { createAccounts } from './services/accounts';
import { createAdministration } from './services/admin';
import { Alerts } from './services/alerts';
import { AnnouncementMails } from './services/announcements/announcement-mails';
import { AnnouncementTelegrams } from './services/announcements/announcement-telegrams';
import { AnnouncementsService } from './services/announcements/announcements.service';
import { AvatarsService } from './services/avatars/avatars.service';
import { BotsService } from './services/bots/bots.service';
import { EventRelay } from './services/cluster/event-relay';
import { ConversationAccess } from './services/conversations/access';
import { AdditionLimit } from './services/conversations/addition-limit';
import { AdminsService } from './services/conversations/admins.service';
import { BlocksService } from './services/conversations/blocks.service';
import { ChangesService } from './services/conversations/changes.service';
import { ChannelsService } from './services/conversations/channels.service';
import { ConversationsService } from './services/conversations/conversations.service';
import { FollowingService } from './services/conversations/following.service';
import { GroupsService } from './services/conversations/groups.service';
import { MyService } from './services/conversations/my.service';
import { createOwnedConversations } from './services/conversations/owned';
import { ReceiptsService } from './services/conversations/receipts.service';
import { RetentionService } from './services/conversations/retention.service';
import { SyncService } from './services/conversations/sync.service';
import { DomainEventBus } from './services/domain-events';
import { createExports } from './services/exports';
import type { ExportMaker } from './services/exports/export-maker';
import { createFiles } from './services/files';
import type { FileSweep } from './services/files/file-sweep';
import { HealthService } from './services/health/health.service';
import { inMemory, inRedis } from './services/limits/limiters';
import { Limits } from './services/limits/limits';
import { Metrics } from './services/metrics/metrics';
import { ForwardingService } from './services/messages/forwarding.service';
import { createMessageChanges } from './services/messages/message-changes';
import { MessageWriter } from './services/messages/message-writer';
import { MessagesService } from './services/messages/messages.service';
import { PostViews } from './services/messages/post-views';
import { ReactionTeller } from './services/messages/reaction-teller';
import { ReactionsService } from './services/messages/reactions.service';
import { ReportHandlingService } from './services/moderation/report-handling.service';
import { ReportSubjects } from './services/moderation/report-subjects';
import { ReportsService } from './services/moderation/reports.service';
import { createMailer } from './services/notifications/mailer';
import { OutboxWorker } from './services/notifications/outbox.worker';
import { MailSeal } from './services/notifications/sealed-mails';
import { PresenceAnnouncer } from './services/presence/announcer';
import { MemoryLeases } from './services/presence/leases';
import { PresenceService } from './services/presence/presence.service';
import { RedisLeases } from './services/presence/redis-leases';
import { StandingService } from './services/presence/standing';
import { TypingService } from './services/presence/typing.service';
import { SearchIndexer } from './services/search/indexer';
import { SearchService } from './services/search/search.service';
import { createWebhooks } from './services/webhooks';
import type { WebhookWorker } from './services/webhooks/webhook-worker';
import type { Services } from './services/services';
import { openTracing } from './services/tracing/open-tracing';
import { MessageDays } from './services/statistics/message-days';
import { StatisticsService } from './services/statistics/statistics.service';
import { createTelegram } from './services/telegram';
import { AdminAlerts } from './services/telegram/admin-alerts';

export interface Container extends Services {
  readonly database: Database;
  readonly outbox: OutboxWorker;
  readonly fileSweep: FileSweep;
  readonly erasure: AccountErasure;
  readonly messageDays: MessageDays;
  readonly exportMaker: ExportMaker;
  readonly retention: RetentionService;
  readonly webhookWorker: WebhookWorker;
  /** Ends everything in the reverse order of its making. */
  close(): Promise<void>;
}

/** Milliseconds between sweeps of what has expired. */
const SWEEP_EVERY_MS = 10 * 60_000;

/** The composition root: migrates, opens, wires by hand. */
export async function createContainer(config: Config, logger: Logger): Promise<Container> {
  await migrate(config.database, logger);
  const redis = config.redis && (await openRedis(config.redis, logger));
  const database = await openDatabase(config.database);
  /** tells this process from others, and from itself before a restart */
  const node = newId();
  const bus = new DomainEventBus((error) => logger.error({ err: error }, 'an event could not be told'));
  const limits = new Limits(config.rateLimits, config.limits, redis ? inRedis(redis) : inMemory);
  const relay = redis && new EventRelay(node, redis, bus, logger);
  const mailer = createMailer(config, logger);
  const mailSeal = new MailSeal(config.tokens.refreshSecret);
  const outbox = new OutboxWorker({ database, mailer, mailSeal, logger });
  const avatars = new AvatarsService(path.join(config.dataDir, 'avatars'), logger);
  const accounts = createAccounts({ database, bus, limits, config, logger, outbox, avatars });
  const { fileSweep, fileRemoval, storage, ...files } = createFiles({
    database,
    config,
    logger,
    bus,
  });
  const access = new ConversationAccess(database);
  const conversations = new ConversationsService(database, access, bus, limits);
  const writer = new MessageWriter(database, bus);
  const additions = new AdditionLimit(limits, database);
  const owned = createOwnedConversations({
    database,
    access,
    conversations,
    writer,
    bus,
    avatars,
    additions,
    config,
  });
  const { ownPassword, sessions } = accounts;
  const { exports, exportMaker } = createExports({
    database,
    config,
    logger,
    storage,
    avatars,
    ownPassword,
    limits,
  });
  const retention = new RetentionService({ database, writer, retentionDays: config.retentionDays });
  const erasure = new AccountErasure({
    database,
    writer,
    bus,
    avatars,
    fileRemoval,
    exportMaker,
    logger,
  });
  const accountDeletion = new AccountDeletionService({
    database,
    ownPassword,
    sessions,
    avatars,
    outbox,
    erasure,
  });
  const maxMembers = config.groupMaxMembers;
  const groups = new GroupsService({ database, conversations, bus, additions, maxMembers });
  const channels = new ChannelsService({ database, access, conversations, bus });
  const following = new FollowingService({ database, conversations, writer, bus });
  const admins = new AdminsService({ database, members: owned.members, writer, bus });
  const changes = new ChangesService(database, access);
  const postViews = new PostViews(database, logger);
  const my = new MyService(database, access, bus, postViews);
  const blocks = new BlocksService(database, bus);
  const receipts = new ReceiptsService(database, access);
  const sync = new SyncService(database);
  const messages = new MessagesService(database, access, writer, config.messageMaxLength);
  const messageChanges = createMessageChanges({ database, access, messages, writer, bus, config });
  const reactions = new ReactionsService(messages, writer);
  const reactionTeller = new ReactionTeller({ database, writer, bus, logger });
  const forwarding = new ForwardingService(database, messages, limits);
  const search = new SearchService(database, access);
  const indexer = new SearchIndexer({ database, bus, logger });
  const online = (userIds: readonly string[]) => leases.online(userIds);
  const announcer = new PresenceAnnouncer({ database, bus, logger, leases: { online } });
  const graceMs = config.presenceGraceSeconds * 1000;
  const returned = (userId: string): void => announcer.add({ userId });
  const leases = redis
    ? new RedisLeases({ redis, node, graceMs, logger, returned })
    : new MemoryLeases(graceMs);
  const presence = new PresenceService(database, leases, announcer);
  const typing = new TypingService(database, bus);
  const standing = new StandingService(database);
  const administration = createAdministration({ database, sessions, bus, writer, avatars });
  const { webhooks, webhookWorker } = createWebhooks({ database, config, logger });
  const bots = new BotsService({ database, sessions, accountDeletion });
  const messageDays = new MessageDays(database);
  const statistics = new StatisticsService({ database, leases, indexer, days: messageDays });
  const telegram = createTelegram({ database, config, changes: accounts.changes, limits, outbox, logger });
  const adminAlerts = new AdminAlerts({ database, config: config.telegram, outbox, logger });
  outbox.whenDead((db, job, now) => adminAlerts.jobGivenUp(db, job, now));
  const subjects = new ReportSubjects(database, access, messages);
  const reports = new ReportsService({ database, subjects, outbox, adminAlerts });
  const hasTelegram = telegram !== null;
  const announcements = new AnnouncementsService({ database, bus, outbox, hasTelegram });
  const announcementMails = new AnnouncementMails({ database });
  outbox.handle('announcement_mails', (job) => announcementMails.write(job));
  const alerts = new Alerts({
    database,
    bus,
    logger,
    config,
    leases,
    settings: accounts.settings,
    outbox,
    mailer,
    telegram: telegram?.outlet ?? null,
  });
  const { unsubscribing } = alerts;
  const announcementTelegrams = new AnnouncementTelegrams({ database });
  outbox.handle('announcement_telegrams', (job) => announcementTelegrams.write(job));
  const reportHandling = new ReportHandlingService(database);
  bus.on('file.infected', (upload) => {
    void reports
      .reportInfected(upload)
      .catch((error: unknown) => logger.error({ err: error }, 'an infected file was not reported'));
  });
  const health = new HealthService(database, redis);
  const areRead = config.metrics.at.kind !== 'nowhere';
  const metrics = new Metrics({ database, bus, writer, limits, outbox, indexer, leases, areRead });
  const tracing = openTracing(config.tracing, bus, logger);

  const sweepNow = (swept: { sweep(): Promise<void> }): void =>
    void swept.sweep().catch((error: unknown) => logger.warn({ err: error }, 'the sweep failed'));

  outbox.start();
  telegram?.start();
  await reactionTeller.sweep();
  indexer.start();
  alerts.start();
  fileSweep.start();
  exportMaker.start();
  webhookWorker.start();
  const sweep = setInterval(() => {
    const often = [accounts, owned.deletion, reactionTeller, erasure];
    [...often, exportMaker, retention, messageDays, reports, webhookWorker].forEach(sweepNow);
  }, SWEEP_EVERY_MS);
  // At once, for what a server that died has left.
  sweepNow(erasure);

  return {
    config,
    logger,
    bus,
    limits,
    relay,
    accounts,
    accountDeletion,
    avatars,
    ...files,
    fileSweep,
    erasure,
    exports,
    exportMaker,
    retention,
    conversations,
    groups,
    channels,
    following,
    admins,
    ...owned,
    changes,
    my,
    blocks,
    receipts,
    sync,
    messages,
    ...messageChanges,
    reactions,
    forwarding,
    search,
    presence,
    typing,
    standing,
    administration,
    statistics,
    messageDays,
    reports,
    reportHandling,
    announcements,
    unsubscribing,
    telegram,
    adminAlerts,
    bots,
    webhooks,
    webhookWorker,
    health,
    metrics,
    tracing,
    database,
    outbox,
    async close() {
      clearInterval(sweep);
      retention.stop();
      typing.close();
      await presence.close();
      reactionTeller.close();
      await exportMaker.stop();
      await erasure.stop();
      await writer.close();
      await postViews.close();
      await fileSweep.stop();
      storage.close();
      await alerts.stop();
      await indexer.stop();
      await webhookWorker.stop();
      await telegram?.stop();
      await outbox.stop();
      await accounts.close();
      await mailer.close();
      await relay?.leave();
      await tracing?.close();
      await database.close();
      await redis?.close();
    },
  };
}
