import { Router } from 'express';
import { serve, setup } from 'swagger-ui-express';
import { asyncApiDocument } from '../contracts/asyncapi';
import { clientTypes } from '../contracts/client-types';
import { eventSchemas } from '../contracts/event-schemas';
import { openApiDocument } from '../contracts/openapi';
import { socketDocsPage } from './socket-docs.page';
import { STYLE } from './socket-docs.style';

/** Swagger UI at /api-docs, the events at /socket-docs; their documents at /api-docs.json and /asyncapi.json. */
export function documentation(): Router {
  const openApi = openApiDocument();
  const asyncApi = asyncApiDocument();
  const eventsPage = socketDocsPage(eventSchemas());
  const types = clientTypes();
  const router = Router();
  router.get('/api-docs.json', (_request, response) => {
    response.json(openApi);
  });
  const page = setup(undefined, { swaggerOptions: { url: '/api-docs.json', persistAuthorization: true } });
  router.use('/api-docs', serve);
  router.get('/api-docs', page);
  router.get('/asyncapi.json', (_request, response) => {
    response.json(asyncApi);
  });
  router.get('/socket-docs', (_request, response) => {
    response.type('html').send(eventsPage);
  });
  router.get('/socket-docs/style.css', (_request, response) => {
    response.type('css').send(STYLE);
  });
  router.get('/socket-docs/events.d.ts', (_request, response) => {
    response.type('text/plain').send(types);
  });
  return router;
}
