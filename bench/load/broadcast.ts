import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, LoadResult } from '../job';
import type { ChatClient } from './client';
import { assemble } from './crowd';
import { Tally } from './tally';

const POSTS = 40;
const WARM_UP_POSTS = 8;
/** Milliseconds between two posts. */
const PAUSE_MS = 100;
const PATIENCE_MS = 20_000;
const TEXT = 'The harbour is closed today, and the ferry leaves from the other side of the town.';

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

type Post = (number: number) => Promise<void>;

/** The owner's way to post: REST at the product, an event at the relay. */
function postingBy(job: Job, owner: ChatClient): Post {
  const channelId = job.clients[0]?.conversationIds[0] ?? '';
  const body = (number: number) => ({ content: `${number} ${TEXT}`, clientMessageId: `bench-${number}` });
  if (job.takesPostsBy === 'socket')
    return (number) => owner.request('channel_message', { channelId, ...body(number) });
  const url = `${job.url.replace('ws://', 'http://')}/api/v1/channels/${channelId}/messages`;
  const token = String(job.clients[0]?.auth.token);
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (number) =>
    new Promise((resolve, reject) => {
      // `fetch` takes a millisecond of its own.
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        if (response.statusCode !== 201) reject(new Error(`a post was answered ${response.statusCode}`));
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(JSON.stringify(body(number)));
    });
}

/** One post at a time to everybody who has joined a channel. */
export async function broadcast(job: Job): Promise<LoadResult> {
  const tally = new Tally(job);
  const crowd = await assemble(job.url, job.clients, 'channels');
  const [owner, ...listeners] = crowd.clients as [ChatClient, ...ChatClient[]];
  let arrivals: number[] = [];
  let complete = (): void => undefined;
  for (const listener of listeners)
    listener.onEvent = (json) => {
      if (!json.startsWith('["channel_broadcast"')) return;
      tally.delivered += 1;
      arrivals.push(performance.now());
      if (arrivals.length === listeners.length) complete();
    };
  const post = postingBy(job, owner);
  /** @returns milliseconds until half of them, and until all of them had it */
  const postOnce = async (number: number): Promise<[half: number, last: number]> => {
    arrivals = [];
    const all = new Promise<void>((resolve) => (complete = resolve));
    const at = performance.now();
    tally.sent += 1;
    await post(number);
    tally.acked += 1;
    const late = new AbortController();
    await Promise.race([all, wait(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    const half = arrivals[Math.floor(listeners.length / 2) - 1] ?? Number.NaN;
    const last = arrivals[listeners.length - 1] ?? Number.NaN;
    await wait(PAUSE_MS);
    return [half - at, last - at];
  };
  for (let number = 1; number <= WARM_UP_POSTS; number += 1) await postOnce(number);
  const before = tally.read();
  const times: [number, number][] = [];
  for (let number = 1; number <= POSTS; number += 1) times.push(await postOnce(WARM_UP_POSTS + number));
  const { window, metrics } = tally.between(before, tally.read());
  const counts = await tally.settle(crowd.losses, listeners.length);
  crowd.close();
  return {
    ...counts,
    window,
    metrics: {
      medianMs: median(times.map(([half]) => half)),
      lastMs: median(times.map(([, last]) => last)),
      serverMicros: metrics.serverMicros ?? Number.NaN,
    },
  };
}
