/** @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"moduleResolution": "bundler"}} */
import path from 'node:path';
import type { Config } from 'jest';
import base from '../jest.config';

// `npm run test:mysql`: everything that touches a database, on MySQL/MariaDB. Workers inherit the variable.
process.env.TEST_DATABASE = 'mysql';

const suites = ['api', 'sockets', 'permissions', 'invariants', 'contract', 'database', 'cluster', 'faults'];

const config: Config = {
  ...base,
  rootDir: path.join(__dirname, '..'),
  setupFilesAfterEnv: [...(base.setupFilesAfterEnv ?? []), '<rootDir>/tests/support/spread-sockets.ts'],
  testMatch: suites.map((suite) => `<rootDir>/tests/${suite}/**/*.test.ts`),
  coverageThreshold: undefined,
};

export default config;
