import { testExactness } from './model/exactness';

testExactness(1, 'tests/invariants/exactness.test.ts');
