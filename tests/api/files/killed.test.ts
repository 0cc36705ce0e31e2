import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../../src/config/env';
import { createLogger } from '../../../src/helpers/logger';
import { createFiles } from '../../../src/services/files';
import { DomainEventBus } from '../../../src/services/domain-events';
import { openStorage } from '../../../src/services/files/storage/open-storage';
import { verifyFiles } from '../../../src/services/files/verify';
import { download, upload } from '../../support/files';
import { makePerson } from '../../support/people';
import { startProcessServer } from '../../support/process-server';

const KILLS = 4;
const UPLOADS = 6;
/** Milliseconds into the uploads. */
const killAfter = (round: number): number => 20 + round * 45;

const filesUnder = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((name) => path.join(folder, String(name)))
        .filter((name) => statSync(name).isFile())
    : [];

test('kill -9 during uploads: every file that is there is whole, and the sweep leaves nothing else', async () => {
  const server = await startProcessServer({ RATE_LIMITS: 'off' });
  try {
    const ada = await makePerson(server);
    for (let round = 0; round < KILLS; round += 1) {
      const uploads = Array.from({ length: UPLOADS }, () =>
        upload(server, ada, randomBytes(3_000_000)).then(
          () => undefined,
          () => undefined,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, killAfter(round)));
      await server.kill('SIGKILL');
      await Promise.all(uploads);
      await server.start();
    }
    const database = await server.database();
    const files = await database.reader.file.findMany();
    for (const { id, size } of files) {
      const { body } = await download(server, `/api/v1/files/${id}`, ada).expect(200);
      expect((body as Buffer).length).toBe(Number(size));
    }

    const { dataDir } = server.home;
    const config = loadConfig({ ...server.home.settings });
    const later = () => new Date(Date.now() + 25 * 3_600_000);
    const swept = createFiles({
      database,
      config,
      logger: createLogger('silent', false),
      bus: new DomainEventBus(() => undefined),
      clock: later,
    });
    for (const file of filesUnder(path.join(dataDir, 'tmp'))) await utimes(file, 0, 0);
    await swept.fileSweep.sweep();
    expect(filesUnder(path.join(dataDir, 'tmp'))).toEqual([]);
    expect(filesUnder(path.join(dataDir, 'files'))).toEqual([]);
    expect([await database.reader.blob.count(), await database.reader.strayObject.count()]).toEqual([0, 0]);
    expect(await verifyFiles(database, openStorage(config), () => undefined)).toEqual({
      checked: 0,
      missing: [],
      wrongSizes: [],
      orphans: [],
    });
  } finally {
    await server.stop();
  }
}, 120_000);
