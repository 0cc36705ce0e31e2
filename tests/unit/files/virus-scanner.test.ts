import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VirusScanConfig } from '../../../src/config/env';
import { createLogger } from '../../../src/helpers/logger';
import { DomainEventBus, type DomainEvents } from '../../../src/services/domain-events';
import { VirusScanner } from '../../../src/services/files/scan/virus-scanner';
import { FakeClamd, VIRUS, type Behaviour } from '../../support/clamd';
import { freePort } from '../../support/free-port';

const folder = mkdtempSync(path.join(tmpdir(), 'chat-scan-'));
const file = path.join(folder, 'upload');
const upload = { ownerId: 'ada', name: 'invoice.pdf' };

let clamd: FakeClamd;
beforeEach(async () => {
  clamd = await FakeClamd.start();
});
afterEach(() => clamd.stop());
afterAll(() => rmSync(folder, { recursive: true }));

let reports: DomainEvents['file.infected'][];
beforeEach(() => (reports = []));

/** Milliseconds. The one for those that hang, the other for a machine that has much to do. */
const SHORT = { idleMs: 150, totalMs: 1000 };
const PATIENT = { idleMs: 10_000, totalMs: 20_000 };

function scannerOf(
  address: VirusScanConfig['clamd'] | null = clamd.address,
  whenUnavailable: VirusScanConfig['whenUnavailable'] = 'refuse',
  times = SHORT,
): VirusScanner {
  const bus = new DomainEventBus((error) => {
    throw error;
  });
  bus.on('file.infected', (report) => reports.push(report));
  return new VirusScanner({
    config: address && { clamd: address, whenUnavailable },
    bus,
    logger: createLogger('silent', false),
    times,
  });
}

const scan = (
  bytes: Buffer | string,
  scanner = scannerOf(clamd.address, 'refuse', PATIENT),
): Promise<void> => {
  writeFileSync(file, bytes);
  return scanner.scan(file, upload);
};

test('a clean file passes, and every byte of it was looked at', async () => {
  await scan(Buffer.alloc(300_001, 'a'));
  expect(clamd.received).toBe(300_001);
  expect(reports).toEqual([]);
});

test('an infected one is refused and reported with all that finds it again; its sender is not told which virus', async () => {
  const bytes = `before ${VIRUS} behind`;
  await expect(scan(bytes)).rejects.toMatchObject({
    code: 'unsupported_media_type',
    message: 'The file is infected and was not stored',
  });
  expect(reports).toEqual([
    {
      ...upload,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      signature: 'Win.Test.EICAR_HDB-1',
    },
  ]);
});

test('a Unix socket will do as well', async () => {
  const local = await FakeClamd.start(path.join(folder, 'clamd.sock'));
  await scan('clean', scannerOf(local.address));
  await expect(scan(VIRUS, scannerOf(local.address))).rejects.toMatchObject({
    code: 'unsupported_media_type',
  });
  await local.stop();
});

test('without a clamd in the settings nothing is scanned', async () => {
  await scan(VIRUS, scannerOf(null));
  expect(clamd.received).toBe(0);
});

describe.each<[string, Behaviour]>([
  ['closes early', 'close early'],
  ['hangs', 'hang'],
  ['answers nonsense', 'nonsense'],
  ['answers without end', 'endless'],
])('a clamd that %s', (_, behaviour) => {
  test.each(['', 'a'.repeat(500_000)])('refuses or accepts as the setting says', async (bytes) => {
    clamd.behaviour = behaviour;
    await expect(scan(bytes, scannerOf())).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 30,
    });
    await scan(bytes, scannerOf(clamd.address, 'accept'));
  });
});

test('so does one that is not there', async () => {
  const nobody = { host: '127.0.0.1', port: await freePort() };
  await expect(scan('clean', scannerOf(nobody))).rejects.toMatchObject({ code: 'unavailable' });
  await scan('clean', scannerOf(nobody, 'accept'));
  await expect(scan('clean', scannerOf({ path: path.join(folder, 'none.sock') }))).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('what clamd takes no more of is too large, unless such files are accepted; also when it stops reading', async () => {
  clamd.streamMaxLength = 100_000;
  await expect(scan(Buffer.alloc(5_000_000))).rejects.toMatchObject({ code: 'payload_too_large' });
  await scan(Buffer.alloc(5_000_000), scannerOf(clamd.address, 'accept'));
});

test('many at a time all get their verdict', async () => {
  writeFileSync(file, 'clean');
  const scanner = scannerOf(clamd.address, 'refuse', PATIENT);
  await Promise.all(Array.from({ length: 50 }, () => scanner.scan(file, upload)));
});

test('a file of which nothing can be read is no clean file', async () => {
  await expect(scannerOf().scan(path.join(folder, 'gone'), upload)).rejects.toMatchObject({
    code: 'unavailable',
  });
});
