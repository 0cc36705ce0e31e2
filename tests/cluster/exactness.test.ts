import { testExactness } from '../invariants/model/exactness';
import { describeCluster } from '../support/run';
import { startPair } from './pair';

const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? 24);

describeCluster('clients spread over two nodes, which are killed now and then', () => {
  testExactness(3, 'tests/cluster/exactness.test.ts', { runs: SEQUENCES, start: startPair });
});
