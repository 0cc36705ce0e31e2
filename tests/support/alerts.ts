import type { Alert } from '../../src/services/alerts/alert';
import { until } from '../api/auth/answers';
import type { Mail } from './mailbox';
import type { Person } from './people';
import type { TestedServer } from './server';

/** Changes somebody's settings of what they are told. */
export async function notify(server: TestedServer, person: Person, notifications: object): Promise<void> {
  await server.request
    .patch('/api/v1/users/me/settings')
    .set(person.authorization)
    .send({ notifications })
    .expect(200);
}

/** Alerts that wait. */
export async function waitingAlerts(server: TestedServer): Promise<Alert[]> {
  const { reader } = await server.database();
  return (await reader.alert.findMany({ orderBy: { dueAt: 'asc' } })) as unknown as Alert[];
}

/** Waits until everything that was said has been looked at. */
export async function untilCollected(server: TestedServer): Promise<void> {
  const { reader } = await server.database();
  await until('everything to be looked at', async () => {
    const reached = new Map(
      (await reader.alertProgress.findMany()).map(({ conversationId, alertedSeq }) => [
        conversationId,
        alertedSeq,
      ]),
    );
    const conversations = await reader.conversation.findMany({ where: { deletedAt: null } });
    return conversations.every(({ id, lastSeq }) => lastSeq <= (reached.get(id) ?? 0));
  });
}

/** Waits until everything that was said has been told, or is not to be. */
export async function untilTold(server: TestedServer): Promise<void> {
  await untilCollected(server);
  const { reader } = await server.database();
  await until(
    'all alerts to be told or forgotten',
    async () =>
      (await reader.alert.count()) + (await reader.outboxJob.count({ where: { deadAt: null } })) === 0,
  );
}

export const digestsTo = (server: TestedServer, person: Person): Mail[] =>
  server.mail.received.filter(({ to, subject }) => to === person.email && /unread/.test(subject));
