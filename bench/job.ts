/** What the bench tells its load generator, and what it is told back. Both run in processes of their own. */

import type { ReadName } from './reads/reads';

export type ScenarioName =
  'pairs' | 'lone' | 'idle' | 'fanout' | 'broadcast' | 'files' | 'storm' | 'workers' | ReadName;

/** One client: what it hands over when it connects, and the conversations it is in. */
export interface ClientPlan {
  readonly auth: Readonly<Record<string, unknown>>;
  readonly conversationIds: readonly string[];
}

export interface Job {
  readonly scenario: ScenarioName;
  /** the relay knows no REST: what the product takes by it, the relay takes by an event of the same content */
  readonly takesPostsBy: 'rest' | 'socket';
  /** whether a client that is back asks what it has missed: the relay knows nothing that could be missed */
  readonly syncs: boolean;
  /** `ws://127.0.0.1:port`, of reading scenarios `http://…` */
  readonly url: string;
  /** all processes of the server, first the one that was started */
  readonly serverPids: readonly number[];
  readonly databasePid: number | null;
  /** where the server's processes tell each other what happens */
  readonly redisPid: number | null;
  readonly clients: readonly ClientPlan[];
  /** what is asked for, one after the other: paths, of reading scenarios only */
  readonly reads: readonly string[];
  /** how long to measure, where the scenario has a duration */
  readonly seconds: number;
}

export interface LoadResult {
  /** Messages sent, acknowledged and heard by those who must hear them: all of the run, warming up included. */
  readonly sent: number;
  readonly acked: number;
  readonly delivered: number;
  /** by the keys of the scenario's metrics */
  readonly metrics: Readonly<Record<string, number>>;
  /** what was measured, on the monotonic clock of the machine, in microseconds */
  readonly window: { readonly from: number; readonly to: number; readonly messages: number };
}

/** The answer of the load process. */
export type LoadAnswer = { readonly result: LoadResult } | { readonly failure: string };

/** What the load process asks for before it answers: that the server is ended without a word and started again. */
export interface RestartWanted {
  readonly wants: 'restart';
}

/** What it is told when the server takes connections again. */
export interface Restarted {
  readonly serverPids: readonly number[];
}

/** Microseconds of the machine's monotonic clock: the same in every process, and the one of .cpuprofile files. */
export const monotonicMicros = (): number => Number(process.hrtime.bigint() / 1000n);
