/** @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"moduleResolution": "bundler"}} */
import path from 'node:path';
import type { Config } from 'jest';
import base from '../jest.config';

// `npm run test:mysql`: everything that touches a database, on MySQL/MariaDB. Workers inherit the variable.
process.env.TEST_DATABASE = 'mysql';

const suites = ['api', 'sockets', 'permissions', 'invariants', 'contract', 'database', 'cluster', 'faults'];

/** What these are about is no database's: the run on SQLite has them. */
const OTHER_THINGS = [
  'api/auth/unauthenticated',
  'api/files/(bucket|interrupted|memory)',
  'api/metrics-doors',
  'api/telegram/sending',
  'api/tracing',
  'contract/(asyncapi|client-types|dashboard|env-example|floors|openapi)',
  'invariants/(fuzz-events|secrets|slow-connections)',
  'sockets/(corking|slow-readers|wire)',
];

const config: Config = {
  ...base,
  rootDir: path.join(__dirname, '..'),
  setupFilesAfterEnv: [...(base.setupFilesAfterEnv ?? []), '<rootDir>/tests/support/spread-sockets.ts'],
  testMatch: suites.map((suite) => `<rootDir>/tests/${suite}/**/*.test.ts`),
  testPathIgnorePatterns: [
    ...(base.testPathIgnorePatterns ?? []),
    ...OTHER_THINGS.map((files) => `<rootDir>/tests/${files}\\.test\\.ts$`),
  ],
  coverageThreshold: undefined,
  // Whoever waits, for a server to be killed or a digest to be due, leaves the cores to the others.
  maxWorkers: 3,
};

export default config;
