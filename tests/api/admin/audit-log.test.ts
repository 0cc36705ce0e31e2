import type { AuditEntry } from '../../../src/contracts/audit';
import { newId } from '../../../src/helpers/ids';
import { auditJson, recordAudit } from '../../../src/services/audit/record';
import { giveRole, makeAdmin } from '../../support/admins';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const ask = (query: string, person = admin) =>
  server.request.get(`/api/v1/admin/audit-log${query}`).set(person.authorization);
const entriesOf = async (query: string): Promise<AuditEntry[]> => (await ask(query).expect(200)).body.items;

/** Something done to somebody nobody else has anything to do with. */
async function record(targetId: string, more: { actor?: Person; role?: string } = {}): Promise<void> {
  await server.container.database.transaction((db) =>
    recordAudit(db, {
      actor: more.actor ? { userId: more.actor.id, ip: '192.0.2.7' } : null,
      action: 'user.role_changed',
      targetType: 'user',
      targetId,
      before: { role: 'user' },
      after: { role: more.role ?? 'admin' },
    }),
  );
}

test('tells admins what was done, by whom, to whom, from where and when', async () => {
  const targetId = newId();
  const began = Date.now();
  await record(targetId, { actor: admin });
  const [entry, ...others] = await entriesOf(`?targetId=${targetId}`);
  expect(others).toEqual([]);
  expect(entry).toEqual({
    id: expect.any(String),
    actorId: admin.id,
    action: 'user.role_changed',
    targetType: 'user',
    targetId,
    ip: '192.0.2.7',
    before: { role: 'user' },
    after: { role: 'admin' },
    createdAt: expect.any(String),
  });
  expect(Date.parse(entry?.createdAt ?? '')).toBeGreaterThanOrEqual(began);
});

test('is found by who, what and when, latest first, page by page', async () => {
  const targetId = newId();
  for (const role of ['admin', 'user', 'owner']) await record(targetId, { role });
  const all = await entriesOf(`?targetId=${targetId}&targetType=user&action=user.role_changed`);
  expect(all.map(({ after }) => after?.role)).toEqual(['owner', 'user', 'admin']);
  expect(all.map(({ actorId }) => actorId)).toEqual([null, null, null]);

  const first = (await ask(`?targetId=${targetId}&limit=2`).expect(200)).body;
  const second = (await ask(`?targetId=${targetId}&limit=2&cursor=${first.nextCursor}`).expect(200)).body;
  expect([...first.items, ...second.items]).toEqual(all);
  expect(second.nextCursor).toBeNull();

  const [latest] = all;
  const at = encodeURIComponent(latest?.createdAt ?? '');
  expect(await entriesOf(`?targetId=${targetId}&after=${at}`)).toContainEqual(latest);
  expect(await entriesOf(`?targetId=${targetId}&before=${at}`)).not.toContainEqual(latest);
  expect(await entriesOf(`?actorId=${newId()}`)).toEqual([]);
});

test('is for admins: as their role is at this very request', async () => {
  const person = await makePerson(server);
  expect((await ask('', person).expect(403)).body).toMatchObject({ code: 'forbidden' });
  await giveRole(server, person, 'admin');
  await ask('', person).expect(200);
  await giveRole(server, person, 'user');
  await ask('', person).expect(403);
  await server.request.get('/api/v1/admin/audit-log').expect(401);
});

test('wrong filters and cursors are refused', async () => {
  for (const query of ['?action=nothing', '?actorId=x', '?cursor=x', '?before=yesterday', '?more=1'])
    expect((await ask(query).expect(400)).body).toMatchObject({ code: 'validation_failed' });
});

test('no secrets get in, and long texts are cut', () => {
  expect(() => auditJson({ passwordHash: 'x' })).toThrow('passwordHash');
  expect(() => auditJson({ refreshToken: 'x' })).toThrow('refreshToken');
  expect(auditJson({ reason: 'a'.repeat(10_000) })).toBe(`{"reason":"${'a'.repeat(500)}"}`);
  expect(auditJson({ until: null, from: undefined })).toBe('{"until":null}');
  expect(auditJson(undefined)).toBeNull();
});
