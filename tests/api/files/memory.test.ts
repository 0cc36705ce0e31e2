import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { residentKib } from '../../../bench/load/proc';
import { upload } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { startProcessServer, type ProcessServer } from '../../support/process-server';

const UPLOADS = 20;
const MEGABYTES = 100;
const GROWTH_MIB = 100;

/** Sends a file of a hundred megabytes without having it. */
async function send(server: ProcessServer, { authorization }: Person, piece: Buffer): Promise<number> {
  const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n';
  const tail = '\r\n--x--\r\n';
  const asked = request(`${server.url}/api/v1/files`, {
    method: 'POST',
    headers: {
      ...authorization,
      'Content-Type': 'multipart/form-data; boundary=x',
      'Content-Length': head.length + MEGABYTES * piece.length + tail.length,
    },
  });
  const response = once(asked, 'response') as Promise<[IncomingMessage]>;
  asked.write(head);
  for (let sent = 0; sent < MEGABYTES; sent += 1) if (!asked.write(piece)) await once(asked, 'drain');
  asked.end(tail);
  const [answer] = await response;
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}

const here = existsSync('/proc/self/status') ? test : test.skip;

here(
  'twenty uploads of 100 MB at once take less than 100 MB of memory',
  async () => {
    const server = await startProcessServer({ RATE_LIMITS: 'off' });
    try {
      const ada = await makePerson(server);
      // What is loaded and made with the first upload is no upload's.
      await upload(server, ada, randomBytes(1_000_000)).expect(201);
      const before = residentKib(server.pid);
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, residentKib(server.pid))), 20);
      const piece = randomBytes(1_000_000);
      const statuses = await Promise.all(Array.from({ length: UPLOADS }, () => send(server, ada, piece)));
      clearInterval(watch);
      expect(statuses).toEqual(Array(UPLOADS).fill(201));
      expect((most - before) / 1024).toBeLessThan(GROWTH_MIB);
    } finally {
      await server.stop();
    }
  },
  240_000,
);
