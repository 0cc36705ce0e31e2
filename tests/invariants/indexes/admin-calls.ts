import type { Role } from '../../../src/contracts/users';
import { giveRole } from '../../support/admins';
import { createGroup } from '../../support/groups';
import { makePerson } from '../../support/people';
import { ask, pages, say, type Call, type Calls, type World } from './world';

/** Carol has a role while it is done. */
const as =
  (role: Role, call: Call): Call =>
  async (world) => {
    await giveRole(world.server, world.carol, role);
    await call(world);
    await giveRole(world.server, world.carol, 'user');
  };

const list =
  (...paths: readonly string[]): Call =>
  async (world) => {
    for (const path of paths) await pages(world, world.carol, path);
  };

const report = (targetType: string, targetId: string) => ({ targetType, targetId, reason: 'spam' });

const somebody = async ({ server }: World): Promise<string> => (await makePerson(server)).id;

export const adminCalls: Calls = {
  'the audit log': as('admin', (world) =>
    list(
      '/admin/audit-log',
      `/admin/audit-log?actorId=${world.bob.id}`,
      '/admin/audit-log?action=user.suspended',
      '/admin/audit-log?targetType=user',
      `/admin/audit-log?targetId=${world.ada.id}&after=2026-01-01T00:00:00Z`,
    )(world),
  ),
  announcements: as('admin', async (world) => {
    await list('/admin/announcements', '/announcements')(world);
    await ask(world, world.carol, 'post /admin/announcements', { content: 'tea', via: ['email'] });
  }),
  bots: as('admin', async (world) => {
    await list('/admin/bots')(world);
    const { bot, token } = await ask<{ bot: { id: string }; token: string }>(
      world,
      world.carol,
      'post /admin/bots',
      { username: 'index.bot' },
    );
    const authorization = { Authorization: `Bearer ${token}` };
    await world.server.request.get('/api/v1/users/me').set(authorization).expect(200);
    await ask(world, world.carol, `post /admin/bots/${bot.id}/token`);
    await ask(world, world.carol, `delete /admin/bots/${bot.id}`);
  }),
  webhooks: as('admin', async (world) => {
    const { carol, server } = world;
    await list('/admin/webhooks')(world);
    const { writer } = server.container.database;
    const { webhookId, id } = await writer.webhookDelivery.findFirstOrThrow({ where: { status: 'failed' } });
    await list(`/admin/webhooks/${webhookId}/deliveries`)(world);
    await ask(world, carol, `post /admin/webhooks/${webhookId}/deliveries/${id}/replay`);
    await ask(world, carol, `patch /admin/webhooks/${webhookId}`, { enabled: true });
    await ask(world, carol, `delete /admin/users/${await somebody(world)}`);
    await server.container.webhookWorker.look();
    await ask(world, carol, `delete /admin/webhooks/${webhookId}`);
  }),
  'how the server is used': ({ server }) => server.container.statistics.latest(),
  'people as admins see them': as('admin', async (world) => {
    await list(
      '/admin/users?search=crowd1199',
      '/admin/users',
      '/admin/users?status=active',
      '/admin/users?status=suspended',
      '/admin/users?status=deleted',
      '/admin/users?role=admin',
      '/admin/users?role=user&status=active',
    )(world);
    await ask(world, world.carol, `get /admin/users/${world.ada.id}`);
  }),
  'what admins do to people': as('owner', async (world) => {
    const { carol } = world;
    const userId = await somebody(world);
    await ask(world, carol, `put /admin/users/${userId}/suspension`, { reason: 'tea' });
    await ask(world, carol, `put /admin/users/${userId}/suspension`, { reason: 'more tea' });
    await ask(world, carol, `delete /admin/users/${userId}/suspension`);
    await ask(world, carol, `delete /admin/users/${await somebody(world)}/sessions`);
    await ask(world, carol, `put /admin/users/${userId}/role`, { role: 'admin' });
    await ask(world, carol, `delete /admin/users/${userId}`);
  }),
  reports: async (world) => {
    for (const [type, id] of [
      ['user', await somebody(world)],
      ['conversation', world.groupId],
      ['conversation', world.chatId],
      ['message', (await say(world)).id],
    ] as const)
      await ask(world, world.bob, 'post /reports', report(type, id));
  },
  'reports as admins see them': as('admin', async (world) => {
    const { bob, carol } = world;
    await list(
      '/admin/reports',
      '/admin/reports?status=open',
      '/admin/reports?status=resolved&targetType=user',
      '/admin/reports?targetType=message',
    )(world);
    const { id } = await ask<{ id: string }>(
      world,
      bob,
      'post /reports',
      report('user', await somebody(world)),
    );
    await ask(world, carol, `get /admin/reports/${id}`);
    await ask(world, carol, `patch /admin/reports/${id}`, { status: 'resolved', resolution: 'tea' });
  }),
  'conversations as admins see them': as('admin', async (world) => {
    await list(
      '/admin/conversations',
      '/admin/conversations?search=talk',
      '/admin/conversations?kind=group',
    )(world);
    const { id } = await createGroup(world.server, await makePerson(world.server));
    await ask(world, world.carol, `delete /admin/conversations/${id}`);
    await ask(world, world.carol, `delete /admin/messages/${(await say(world)).id}`);
  }),
};
