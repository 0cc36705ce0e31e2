import path from 'node:path';
import { ArchiveFiles, type ArchiveKey } from '../../../src/services/exports/archive-files';
import { ExportMaker } from '../../../src/services/exports/export-maker';
import { newId } from '../../../src/helpers/ids';
import { archiveOf, ended, unzipped } from '../../support/exports';
import { makePerson } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

/** A folder as a server sees it that stands still for minutes while it writes the last of an archive to the disk. */
class StandingStill extends ArchiveFiles {
  private reach: () => void = () => undefined;
  private goOn: () => void = () => undefined;
  readonly reached = new Promise<void>((resolve) => (this.reach = resolve));
  private readonly gone = new Promise<void>((resolve) => (this.goOn = resolve));

  override async keep(part: string, key: ArchiveKey): Promise<number> {
    this.reach();
    await this.gone;
    return super.keep(part, key);
  }

  end(): void {
    this.goOn();
  }
}

test('a server that comes back when another one has made the export in its place takes nothing away', async () => {
  const ada = await makePerson(server);
  const { database, avatars, logger, exportMaker } = server.container;
  const archives = new StandingStill(path.join(server.home.dataDir, 'exports'));
  // The person has no files: nothing is read from the storage.
  const storage = {} as never;
  const late = new ExportMaker({ database, storage, avatars, archives, logger, clock: () => new Date() });
  const id = newId();
  const asked = { id, userId: ada.id, makingFor: ada.id, status: 'waiting', progress: 0, attempts: 0 };
  const times = { createdAt: new Date(), expiresAt: new Date(Date.now() + 86_400_000) };
  await database.writer.dataExport.create({ data: { ...asked, ...times } });
  late.wake();
  await archives.reached;
  await database.writer.dataExport.update({ where: { id }, data: { leasedUntil: new Date(0) } });
  exportMaker.wake();
  expect(await ended(server, ada, id)).toMatchObject({ status: 'done' });
  archives.end();
  await late.stop();
  const bytes = await archiveOf(server, ada, id);
  expect([...unzipped(bytes).keys()]).toContain('profile.json');
  await exportMaker.sweep();
  expect(await archiveOf(server, ada, id)).toEqual(bytes);
});
