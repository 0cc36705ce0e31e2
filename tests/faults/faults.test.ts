import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expectNoStrayErrors } from '../support/faults';
import { freePort } from '../support/free-port';
import type { ProcessServer } from '../support/process-server';
import { describeCluster } from '../support/run';
import { smallDisk } from '../support/small-disk';
import { startSite, type Site } from './site';
import { Traffic } from './traffic';

/** `npm run faults` kills more often. */
const KILLS = Number(process.env.FAULT_KILLS ?? 3);
/** Messages before, and after, what is done to the servers. */
const SOME = 30;
/** Requests at once, of a pool of ten connections. */
const MANY = 300;

describeCluster('under load, with two nodes, MariaDB and Redis', () => {
  jest.setTimeout(120_000 + KILLS * 30_000);
  let site: Site;
  beforeAll(async () => {
    // Nobody takes mail, and nobody Telegram's messages, all the time.
    const nobody = await freePort();
    site = await startSite({
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(nobody),
      TELEGRAM_BOT_TOKEN: '12345:nobody-nobody-nobody-nobody-nobody',
      TELEGRAM_API_URL: `http://127.0.0.1:${nobody}`,
    });
  });
  afterAll(() => site?.stop());

  /** Traffic before, during and after; then everything is looked at. */
  async function survives(fault: (traffic: Traffic) => Promise<void>): Promise<Traffic> {
    const { nodes } = site;
    const traffic = await Traffic.begin(nodes[0], nodes);
    try {
      await traffic.until(SOME);
      await fault(traffic);
      await traffic.until(SOME);
      await traffic.end();
      await traffic.mustBeSound(nodes[0]);
      for (const node of nodes) expectNoStrayErrors(node);
      return traffic;
    } finally {
      await traffic.end().catch(() => undefined);
      traffic.close();
    }
  }

  test(`a node is killed, ${KILLS} times`, async () => {
    await survives(async (traffic) => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const node = site.nodes[kill % 2] as ProcessServer;
        await node.kill('SIGKILL');
        await traffic.until(SOME);
        await node.start();
        await traffic.until(SOME);
      }
    });
  });

  test('MariaDB is killed and started again', async () => {
    const traffic = await survives(async () => {
      await site.mariadb.kill();
      await wait(2_000);
      await site.mariadb.start();
    });
    expect(traffic.longestMs).toBeGreaterThan(2_000);
  });

  test('MariaDB stands still for ten seconds', async () => {
    const traffic = await survives(async () => {
      site.mariadb.pause();
      await wait(10_000);
      site.mariadb.resume();
    });
    expect(traffic.longestMs).toBeGreaterThan(9_000);
    expect(traffic.longestMs).toBeLessThan(30_000);
  });

  test('Redis is killed, and started again, empty', async () => {
    const traffic = await survives(async (during) => {
      await site.redis.kill();
      await during.until(SOME);
      await site.redis.start();
    });
    // Nobody who sends waits for Redis.
    expect(traffic.longestMs).toBeLessThan(5_000);
  });

  test('both nodes are restarted, one after the other: no send fails for good', async () => {
    await survives(async (traffic) => {
      for (const node of site.nodes) {
        expect(await node.kill('SIGTERM')).toBe(0);
        await traffic.until(SOME);
        await node.start();
        await traffic.until(SOME);
      }
    });
  });

  test('more is asked at once than the pool has connections for', async () => {
    await survives(async (traffic) => {
      site.mariadb.pause();
      const asked = Array.from({ length: MANY }, (_, index) => traffic.ask(site.nodes[index % 2]!));
      await wait(3_000);
      site.mariadb.resume();
      const answers = await Promise.all(asked);
      for (const { status, code, retryAfter, tookMs } of answers) {
        expect([200, 503]).toContain(status);
        if (status === 503)
          expect([code, retryAfter]).toEqual(['unavailable', expect.stringMatching(/^\d+$/)]);
        expect(tookMs).toBeLessThan(15_000);
      }
      expect((await traffic.ask(site.nodes[0])).status).toBe(200);
    });
  });

  test('the disk for files is full', async () => {
    const unmount = smallDisk(path.join(site.nodes[0].home.dataDir, 'files'));
    if (!unmount) return console.warn('no disk can be mounted here: this was not tried');
    try {
      await survives(async (traffic) => {
        for (let upload = 0; upload < 4; upload += 1) {
          const { status, code } = await traffic.upload(site.nodes[upload % 2]!, 2 * 1024 ** 2);
          expect([status, code]).toEqual([503, 'unavailable']);
        }
      });
    } finally {
      unmount();
    }
  });

  test('MariaDB runs at a tenth of its speed', async () => {
    const traffic = await survives(async (during) => {
      const slow = setInterval(() => {
        site.mariadb.pause();
        setTimeout(() => site.mariadb.resume(), 90);
      }, 100);
      await during.until(2 * SOME);
      clearInterval(slow);
      await wait(100);
      site.mariadb.resume();
    });
    expect(traffic.longestMs).toBeLessThan(10_000);
  });
});
