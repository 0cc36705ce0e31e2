import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { SettingsService } from '../accounts/settings.service';
import type { DomainEventBus } from '../domain-events';
import type { Mailer } from '../notifications/mailer';
import type { OutboxWorker } from '../notifications/outbox.worker';
import type { PresenceLeases } from '../presence/leases';
import type { TelegramOutlet } from '../telegram/outlet';
import type { Delays } from './collect';
import { AlertCollector } from './collector';
import { AlertDispatcher } from './dispatcher';
import { ReaderPresence } from './reader-presence';
import { AlertSender } from './sender';
import { Unsubscribing } from './unsubscribing';

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
  readonly config: Pick<Config, 'alerts' | 'publicUrl' | 'tokens'>;
  readonly leases: Pick<PresenceLeases, 'online'>;
  readonly settings: SettingsService;
  readonly outbox: OutboxWorker;
  readonly mailer: Mailer;
  /** `null`: nobody is told by Telegram */
  readonly telegram: TelegramOutlet | null;
}

/** Tells people who are away of what they have not read. */
export class Alerts {
  readonly unsubscribing: Unsubscribing;
  private readonly collector: AlertCollector;
  private readonly dispatcher: AlertDispatcher;

  constructor({ database, bus, logger, config, leases, settings, outbox, mailer, telegram }: Dependencies) {
    const { afterSeconds, digestAfterSeconds, awayAfterSeconds } = config.alerts;
    const delays: Delays = {
      email: digestAfterSeconds * 1000,
      ...(telegram && { telegram: afterSeconds * 1000 }),
    };
    const presence = new ReaderPresence(database, leases, awayAfterSeconds * 1000);
    this.unsubscribing = new Unsubscribing({
      settings,
      secret: config.tokens.refreshSecret,
      publicUrl: config.publicUrl,
    });
    this.dispatcher = new AlertDispatcher({ database, presence, delays, wake: () => outbox.wake(), logger });
    this.collector = new AlertCollector({ database, bus, logger, delays, expect: this.dispatcher.expect });
    const { unsubscribing } = this;
    const sender = new AlertSender({ database, presence, mailer, telegram, unsubscribing, delays });
    if (telegram) outbox.handle('telegram_alert', (job) => sender.telegram(job));
    outbox.handle('email_digest', (job, jobId) => sender.digest(job, jobId));
  }

  start(): void {
    this.dispatcher.start();
    this.collector.start();
  }

  /** Resolves when what is under way is done; the next start finds what is left. */
  async stop(): Promise<void> {
    await this.collector.stop();
    await this.dispatcher.stop();
  }
}
