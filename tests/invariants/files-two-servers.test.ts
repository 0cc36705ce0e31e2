import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { File } from '../../src/contracts/files';
import type { Message } from '../../src/contracts/messages';
import { createFiles } from '../../src/services/files';
import { FileSweep } from '../../src/services/files/file-sweep';
import { download, upload } from '../support/files';
import { createGroup } from '../support/groups';
import { makePeople, type Person } from '../support/people';
import { describeWhen } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';
import { Api } from './model/api';

const ROUNDS = 20;
const MEMBERS = 6;
/** Fewer than people: everybody's bytes are somebody else's too. */
const CONTENTS = 3;
const TOMORROW_MS = 25 * 3_600_000;

describeWhen('mysql')('files of two servers on one database and one folder', () => {
  jest.setTimeout(120_000);

  let servers: TestServer[];
  /** each server's sweep a day later, of what uploads under way now have not left */
  let sweeps: FileSweep[];
  beforeAll(async () => {
    const first = await startTestServer({ RATE_LIMITS: 'off' });
    servers = [first, await startTestServer({ RATE_LIMITS: 'off' }, { sharing: first })];
    sweeps = servers.map(({ container: { database, config, logger, bus } }) => {
      const { fileRemoval: removal, temporaryFiles: temporary } = createFiles({
        database,
        config,
        logger,
        bus,
      });
      const clock = () => new Date(Date.now() + TOMORROW_MS);
      return new FileSweep({ database, removal, temporary, logger, clock });
    });
  });
  afterAll(async () => {
    for (const server of [...servers].reverse()) await server.stop();
  });

  const server = (index: number): TestServer => servers[index % 2] as TestServer;
  const api = (person: Person, index: number): Api =>
    new Api(() => server(index).url, person.tokens.accessToken);
  const sweepAtBoth = (): Promise<unknown> => Promise.all(sweeps.map((sweep) => sweep.sweep()));

  /** For a sweep of tomorrow even what is being stored now is a day old: it may take that away several times, and is never obeyed halfway. */
  async function uploadedAtLast(person: Person, index: number, bytes: Buffer): Promise<File> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { status, body } = await upload(server(index), person, bytes);
      if (status === 201) return body as File;
      expect([status, body.code]).toEqual([503, 'unavailable']);
    }
    throw new Error('no upload came through');
  }

  /** Uploads, posts and takes back; what a sweep of tomorrow removes in between is refused. @returns what stays posted */
  async function bustle(people: readonly Person[], groupId: string, contents: readonly Buffer[]) {
    const posted = new Map<string, Buffer>();
    await Promise.all(
      people.map(async (person, index) => {
        const bytes = contents[index % CONTENTS] as Buffer;
        const file = await uploadedAtLast(person, index, bytes);
        const said = { content: 'look', attachmentIds: [file.id] };
        const sent = await api(person, index + 1).call<Message>('POST', `/groups/${groupId}/messages`, said);
        expect([201, 400, 404, 422]).toContain(sent.status);
        if (sent.status !== 201) return;
        const at = `/groups/${groupId}/messages/${sent.body.id}`;
        if (index % 3 === 0) expect((await api(person, index).call('DELETE', at)).status).toBe(204);
        else posted.set(file.id, bytes);
      }),
    );
    return posted;
  }

  test('what is posted stays whole, what nobody has goes, whoever sweeps meanwhile', async () => {
    const people = await makePeople(server(0), MEMBERS);
    const [owner] = people as [Person];
    const { id } = await createGroup(server(0), owner, people.slice(1));
    const posted = new Map<string, Buffer>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const contents = Array.from({ length: CONTENTS }, () => randomBytes(5_000));
      const [kept] = await Promise.all([bustle(people, id, contents), sweepAtBoth().then(sweepAtBoth)]);
      for (const [fileId, bytes] of kept) posted.set(fileId, bytes);
    }
    expect(posted.size).toBeGreaterThan(0);
    await sweepAtBoth();
    await sweepAtBoth();
    const { reader } = await server(0).database();
    const files = await reader.file.findMany({ select: { id: true } });
    expect(files.map((file) => file.id).sort()).toEqual([...posted.keys()].sort());
    for (const [fileId, bytes] of posted)
      for (const each of servers)
        expect((await download(each, `/api/v1/files/${fileId}`, owner).expect(200)).body).toEqual(bytes);
    const blobs = await reader.blob.findMany();
    expect(blobs.map(({ sha256 }) => sha256).sort()).toEqual(
      [
        ...new Set([...posted.values()].map((bytes) => createHash('sha256').update(bytes).digest('hex'))),
      ].sort(),
    );
    const folder = path.join(server(0).home.dataDir, 'files');
    const objects = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(
      objects
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(blobs.map(({ storageKey }) => storageKey).sort());
    expect(await reader.strayObject.count()).toBe(0);
  });
});
