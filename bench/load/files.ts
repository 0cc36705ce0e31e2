import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { monotonicMicros, type Job, type LoadResult } from '../job';
import { cpuMicros } from './proc';

const FILE_BYTES = 32 * 1024 * 1024;
/** Uploads, then downloads, under way at a time. */
const AT_A_TIME = 8;
const WARM_UP = 8;
const MEGABYTE = 1_000_000;

/** As browsers make them. */
const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW';
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="bench.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`,
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

interface Phase {
  readonly megabytesPerSecond: number;
  readonly serverMicrosPerMegabyte: number;
  readonly count: number;
}

/** Both servers answer an upload with the address to read it by. */
export async function files(job: Job): Promise<LoadResult> {
  const [client] = job.clients;
  const url = job.url.replace(/^ws/, 'http');
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  const token = client?.auth.token;
  const content = randomBytes(FILE_BYTES);
  const addresses: string[] = [];

  const answered = async (asked: ReturnType<typeof request>, status: number): Promise<IncomingMessage> => {
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    if (answer.statusCode !== status)
      throw new Error(`a file was answered ${answer.statusCode} instead of ${status}`);
    return answer;
  };

  const upload = async (): Promise<void> => {
    // No two are the same: what is stored already need not be stored again.
    const unique = randomBytes(16);
    const asked = request(`${url}/api/v1/files`, {
      method: 'POST',
      agent,
      headers: {
        'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
        'Content-Length': HEAD.length + unique.length + content.length + TAIL.length,
        ...(typeof token === 'string' && { Authorization: `Bearer ${token}` }),
      },
    });
    for (const part of [HEAD, unique, content]) asked.write(part);
    asked.end(TAIL);
    const chunks: Buffer[] = [];
    for await (const chunk of await answered(asked, 201)) chunks.push(chunk as Buffer);
    addresses.push((JSON.parse(Buffer.concat(chunks).toString()) as { url: string }).url);
  };

  const download = async (index: number): Promise<void> => {
    const asked = request(url + addresses[index % addresses.length]!, { agent }).end();
    let received = 0;
    const answer = await answered(asked, 200);
    answer.on('data', (chunk: Buffer) => (received += chunk.length));
    await once(answer, 'end');
    if (received !== FILE_BYTES + 16) throw new Error(`a file had ${received} bytes`);
  };

  const repeat = async (
    work: (index: number) => Promise<void>,
    go: (index: number) => boolean,
  ): Promise<number> => {
    let index = 0;
    const worker = async (): Promise<void> => {
      while (go(index)) await work((index += 1));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    return index;
  };

  const serverPid = job.serverPids[0] ?? 0;
  const measured = async (work: (index: number) => Promise<void>): Promise<Phase> => {
    await repeat(work, (index) => index < WARM_UP);
    const [began, cpuBefore] = [performance.now(), cpuMicros(serverPid)];
    const until = began + (job.seconds / 2) * 1000;
    const count = await repeat(work, () => performance.now() < until);
    const megabytes = (count * FILE_BYTES) / MEGABYTE;
    return {
      megabytesPerSecond: megabytes / ((performance.now() - began) / 1000),
      serverMicrosPerMegabyte: (cpuMicros(serverPid) - cpuBefore) / megabytes,
      count,
    };
  };

  const from = monotonicMicros();
  const up = await measured(upload);
  const down = await measured(download);
  agent.destroy();
  return {
    sent: 0,
    acked: 0,
    delivered: 0,
    window: { from, to: monotonicMicros(), messages: up.count + down.count },
    metrics: {
      uploadMbPerSecond: up.megabytesPerSecond,
      downloadMbPerSecond: down.megabytesPerSecond,
      uploadMicros: up.serverMicrosPerMegabyte,
      downloadMicros: down.serverMicrosPerMegabyte,
    },
  };
}
