import fc from 'fast-check';
import type { Response } from 'supertest';
import { checkResponse } from '../openapi-check';
import type { TestedServer } from '../server';
import { requestCase, type RequestCase } from './requests';
import { sendCase, type FuzzedAnswer } from './send-request';
import { makeFuzzedWorld, type FuzzedWorld } from './world';

/** Cases in one world: those before may have deleted what the next ones ask for. */
const CASES_A_WORLD = 40;
/** As clients of a busy server. */
const AT_ONCE = 8;
/** HTTP's own, whatever the path: to a condition, and to a request line that is too long. */
const OF_HTTP = new Set([304, 431]);
const CHECKED = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** What the document's checks know an answer as. */
function asResponse({ status, headers, bytes }: FuzzedAnswer): Response {
  const text = bytes.toString();
  const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
  return {
    status,
    text,
    type,
    body: type.endsWith('json') ? (JSON.parse(text) as unknown) : {},
    get: (name: string) => headers[name.toLowerCase()],
  } as unknown as Response;
}

async function run(server: TestedServer, world: FuzzedWorld, fuzzed: RequestCase): Promise<number> {
  const answer = await sendCase(server.url, fuzzed, world);
  const { method, url, status } = answer;
  if (status >= 500) throw new Error(`${method} ${url} answered ${status}\n${answer.bytes.toString()}`);
  if (CHECKED.has(method) && !OF_HTTP.has(status)) checkResponse(method, url, asResponse(answer));
  return status;
}

/** Failures that are told together. */
const MOST_TOLD = 20;

/** How often each status was answered. */
export type Statuses = Readonly<Record<number, number>>;

/**
 * Sends requests made from the OpenAPI document: valid, nearly valid and hostile ones, some at once.
 * @throws for those that are not answered as the document says, with the seeds that have them again
 */
export async function fuzzRequests(server: TestedServer, seed: number, count: number): Promise<Statuses> {
  const statuses: Record<number, number> = {};
  const failures: string[] = [];
  for (let done = 0; done < count && failures.length < MOST_TOLD; done += CASES_A_WORLD) {
    const own = seed + done;
    const world = await makeFuzzedWorld(server);
    const cases = fc.sample(requestCase, { seed: own, numRuns: Math.min(CASES_A_WORLD, count - done) });
    const waiting = cases.values();
    const worker = async (): Promise<void> => {
      for (const fuzzed of waiting) {
        const status = await run(server, world, fuzzed).catch((error: unknown) => {
          failures.push(
            `seed ${own}: ${(error as Error).message}\n${JSON.stringify(fuzzed).slice(0, 2_000)}`,
          );
          return 0;
        });
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  return statuses;
}
