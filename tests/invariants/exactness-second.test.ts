import { testExactness } from './model/exactness';

testExactness(2, 'tests/invariants/exactness-second.test.ts');
