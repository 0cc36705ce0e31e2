import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { Seal } from '../../helpers/sealing';
import { WebhookWorker } from './webhook-worker';
import { WebhooksService } from './webhooks.service';

interface Dependencies {
  readonly database: Database;
  readonly config: Pick<Config, 'tokens' | 'webhooksMayBePrivate'>;
  readonly logger: Logger;
}

/** Webhooks, and who sends what they are told. */
export function createWebhooks({ database, config, logger }: Dependencies): {
  readonly webhooks: WebhooksService;
  readonly webhookWorker: WebhookWorker;
} {
  const seal = new Seal(config.tokens.refreshSecret, 'webhooks');
  const allowPrivate = config.webhooksMayBePrivate;
  return {
    webhooks: new WebhooksService({ database, seal, allowPrivate }),
    webhookWorker: new WebhookWorker({ database, seal, logger, allowPrivate }),
  };
}
