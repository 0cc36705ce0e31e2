/** The load generator: a process that gets one job, does it, and says what it measured. */
import type { Job, LoadAnswer, LoadResult, ScenarioName } from './job';
import { broadcast } from './load/broadcast';
import { files } from './load/files';
import { fanout } from './load/fanout';
import { idle } from './load/idle';
import { lone } from './load/lone';
import { pairs } from './load/pairs';
import { reads } from './load/reads';
import { storm } from './load/storm';

const LOADS: Readonly<Record<ScenarioName, (job: Job) => Promise<LoadResult>>> = {
  pairs,
  lone,
  idle,
  fanout,
  broadcast,
  files,
  storm,
  workers: pairs,
  history: reads,
  inbox: reads,
  changes: reads,
};

function answer(message: LoadAnswer): void {
  process.send?.(message, undefined, undefined, () => process.exit('failure' in message ? 1 : 0));
}

process.once('disconnect', () => process.exit(1));
process.once('message', (job: Job) => {
  LOADS[job.scenario](job).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
