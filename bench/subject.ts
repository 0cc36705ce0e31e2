import type { ClientPlan, LoadResult } from './job';
import type { Service } from './service';

export type SubjectName = 'product' | 'yardstick';

/** A server that is measured, running. */
export interface Subject {
  readonly name: SubjectName;
  /** `ws://127.0.0.1:port`, of reading scenarios `http://…` */
  readonly url: string;
  readonly service: Service;
  /** of all its processes at the moment, first the one that was started */
  serverPids(): readonly number[];
  readonly databasePid: number | null;
  /** where its processes tell each other what happens */
  readonly redisPid: number | null;
  /** e.g. `10.11.6-MariaDB` */
  readonly databaseVersion: string | null;
  readonly clients: readonly ClientPlan[];
  /** paths, of reading scenarios only */
  readonly reads: readonly string[];
  /** Holds what is stored against what was acknowledged. @throws when something is missing, doubled or misnumbered */
  check(result: LoadResult): Promise<void>;
  stop(): Promise<void>;
}
