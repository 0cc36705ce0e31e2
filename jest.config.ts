/** @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"moduleResolution": "bundler"}} */
import type { Config } from 'jest';

/** ESM-only packages that tests load: transformed like our own code, and found without an `exports` map that `require` may use. */
const ESM_ONLY = [
  '@seriousme/openapi-schema-validator',
  '@prisma/schema-engine-wasm',
  // file-type, music-metadata and what they are made of
  ...[
    'file-type',
    'music-metadata',
    'strtok3',
    'token-types',
    'uint8array-extras',
    'media-typer',
    'win-guid',
  ],
  ...['@borewit/text-codec', '@tokenizer/inflate'],
];

/** Only the whole run is held to the threshold; one file alone never reaches it. */
const wholeRun = !process.argv.slice(2).some((argument) => !argument.startsWith('-'));

const toCommonJs = (interop: { importInterop?: 'node' }) => ({
  jsc: { target: 'es2023', parser: { syntax: 'typescript' }, keepClassNames: true },
  module: { type: 'commonjs', ...interop },
  sourceMaps: 'inline',
});

const config: Config = {
  testEnvironment: '<rootDir>/tests/support/environment.cjs',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    // It takes a CommonJS package's exports for its default, as Node does.
    '/node_modules/music-metadata/.+\\.js$': ['@swc/jest', toCommonJs({ importInterop: 'node' })],
    '^.+\\.[cm]?[jt]s$': ['@swc/jest', toCommonJs({})],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
  moduleNameMapper: {
    '^@seriousme/openapi-schema-validator$':
      '<rootDir>/node_modules/@seriousme/openapi-schema-validator/index.js',
    '^file-type$': '<rootDir>/node_modules/file-type/index.js',
    '^music-metadata$': '<rootDir>/node_modules/music-metadata/lib/index.js',
  },
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  setupFilesAfterEnv: [
    '<rootDir>/tests/support/skip-without-mysql.ts',
    '<rootDir>/tests/support/no-secrets-in-the-log.ts',
  ],
  testTimeout: 30_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '600MB',
  testSequencer: '<rootDir>/tests/support/long-first-sequencer.cjs',
  reporters: ['default', '<rootDir>/tests/support/tally-reporter.cjs'],
  collectCoverageFrom: ['src/**/*.ts', '!src/database/generated/**'],
  coverageReporters: ['text-summary', 'lcov'],
  ...(wholeRun && { coverageThreshold: { global: { lines: 90 } } }),
};

export default config;
