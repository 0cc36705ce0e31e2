import { AppError } from '../../../src/helpers/errors';
import { asAdmin, type Admin } from '../../../src/services/admin/admin';
import { giveRole, makeAdmin } from '../../support/admins';
import { makeChat, send } from '../../support/chats';
import { createGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { report } from '../../support/reports';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

type Act = (admin: Admin) => Promise<unknown>;

/** Everything that admins do to somebody or something of its own, as it is after the request was let in. */
async function acts(): Promise<Record<string, Act>> {
  const { administration, accountDeletion, announcements, reportHandling } = server.container;
  const { suspensions, roles, removals } = administration;
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'tea');
  const group = await createGroup(server, ada);
  const { body } = await report(server, bob, { targetType: 'user', targetId: ada.id }).expect(201);
  return {
    suspend: (admin) => suspensions.suspend(admin, ada.id, { reason: 'tea' }),
    lift: (admin) => suspensions.lift(admin, ada.id),
    'end sessions': (admin) => roles.endSessions(admin, ada.id),
    'change a role': (admin) => roles.change(admin, ada.id, 'admin'),
    'delete an account': (admin) => accountDeletion.deleteBy(admin, ada.id, 'keep'),
    'remove a conversation': (admin) => removals.removeConversation(admin, group.id),
    'remove a message': (admin) => removals.removeMessage(admin, message.id),
    announce: (admin) => announcements.make(admin, { content: 'tea', via: ['socket'] }),
    'handle a report': (admin) => reportHandling.handle(admin, body.id, { status: 'in_review' }),
  };
}

/** As the request of theirs that was let in a moment ago. */
async function letIn({ tokens }: Person): Promise<Admin> {
  const identity = await server.container.accounts.sessions.authenticate(tokens.accessToken);
  return asAdmin(identity, { ip: '192.0.2.7' });
}

const outcome = async (act: Act, admin: Admin): Promise<string> =>
  act(admin).then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const written = async ({ userId }: Admin): Promise<number> =>
  (await server.database()).reader.auditEntry.count({ where: { actorId: userId } });

test.each([
  ['loses the role', 'forbidden', (admin: Person) => giveRole(server, admin, 'user')],
  [
    'is suspended',
    'unauthenticated',
    async (admin: Person) => {
      const owner = await makeAdmin(server, 'owner');
      await server.request
        .put(`/api/v1/admin/users/${admin.id}/suspension`)
        .set(owner.authorization)
        .send({ reason: 'tea' })
        .expect(200);
    },
  ],
  [
    'is signed out',
    'unauthenticated',
    (admin: Person) => server.request.post('/api/v1/auth/sign-out').set(admin.authorization).expect(204),
  ],
] as const)('an admin who %s in the middle of an act does not do it', async (_, code, lose) => {
  const person = await makeAdmin(server, 'owner');
  const admin = await letIn(person);
  await giveRole(server, person, 'admin');
  const all = await acts();
  await lose(person);
  if (code !== 'forbidden') await giveRole(server, person, 'owner');
  const outcomes: Record<string, string> = {};
  for (const [name, act] of Object.entries(all)) outcomes[name] = await outcome(act, admin);
  expect(outcomes).toEqual(Object.fromEntries(Object.keys(all).map((name) => [name, code])));
  expect(await written(admin)).toBe(0);
});

test('an admin who keeps role and session does each of them, and each is written down', async () => {
  const person = await makeAdmin(server, 'owner');
  const admin = await letIn(person);
  const all = await acts();
  const { 'delete an account': remove, ...others } = all;
  for (const [name, act] of Object.entries(others))
    expect([name, await outcome(act, admin)]).toEqual([name, 'done']);
  await server.container.administration.roles.change(admin, (await makePerson(server)).id, 'admin');
  expect(await outcome(remove as Act, admin)).toBe('done');
  expect(await written(admin)).toBe(10);
});
