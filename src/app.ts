import cors from 'cors';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { bodyDeadline } from './middlewares/body-deadline';
import { jsonBody } from './middlewares/json-body';
import { noSuchRoute, problems } from './middlewares/problem';
import { requestId } from './middlewares/request-id';
import { requestLog } from './middlewares/request-log';
import { documentation } from './routes/docs';
import { avatarRoutes } from './routes/avatars.routes';
import { unsubscribingRoutes } from './routes/unsubscribing.routes';
import { healthRoutes } from './routes/health.routes';
import { telegramWebhookRoutes } from './routes/telegram-webhook.routes';
import { apiRoutes } from './routes';
import type { Services } from './services/services';

/** The REST door, not listening. */
export function createApp(services: Services): Express {
  const { config, logger } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.use(requestId);
  app.use(bodyDeadline);
  app.use(requestLog(logger, config.environment === 'development'));
  // A server on plain HTTP must not be told to load its own pages by HTTPS.
  app.use(helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } }));
  app.use(
    cors({
      origin: config.corsOrigins === true ? true : [...config.corsOrigins],
      exposedHeaders: [
        'X-Request-Id',
        'Retry-After',
        'RateLimit',
        'RateLimit-Policy',
        'Accept-Ranges',
        'Content-Disposition',
        'Content-Range',
        'ETag',
      ],
    }),
  );
  app.use('/health', healthRoutes(services));
  app.use('/avatars', avatarRoutes(services));
  app.use('/telegram', telegramWebhookRoutes(services));
  app.use(documentation());
  app.use('/api/v1/unsubscribe', unsubscribingRoutes(services));
  app.use('/api/v1', ...jsonBody(), apiRoutes(services));
  app.use(noSuchRoute);
  app.use(problems(logger, services.adminAlerts));
  return app;
}
