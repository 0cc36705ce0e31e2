import { newId } from '../../src/helpers/ids';
import type { TestedServer } from './server';

/** A webhook that is off, written into the database: nothing is sent to it. */
export async function someWebhook(server: TestedServer): Promise<string> {
  const { writer } = await server.database();
  const id = newId();
  await writer.webhook.create({
    data: {
      ...{ id, url: 'https://example.com/hook', description: '', events: 'user.deleted', sealedSecret: '' },
      ...{ enabled: false, createdById: newId(), createdAt: new Date() },
    },
  });
  return id;
}

/** One of its deliveries that was given up. */
export async function failedDelivery(server: TestedServer, webhookId: string): Promise<string> {
  const { writer } = await server.database();
  const id = newId();
  const now = new Date();
  await writer.webhookDelivery.create({
    data: {
      ...{ id, webhookId, event: 'user.deleted', body: '{}', status: 'failed' },
      ...{ attempts: 12, tries: 12, nextAt: now, createdAt: now },
    },
  });
  return id;
}
