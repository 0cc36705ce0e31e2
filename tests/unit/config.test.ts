import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, loadConfig } from '../../src/config/env';

const DATA_DIR = mkdtempSync(path.join(tmpdir(), 'chat-config-'));
afterAll(() => rmSync(DATA_DIR, { recursive: true }));

const problemsOf = (variables: Record<string, string>): readonly string[] => {
  try {
    loadConfig({ DATA_DIR, ...variables });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};
const namesIn = (problems: readonly string[]): string[] =>
  problems.map((problem) => problem.split(' ')[0] ?? '');

const production = {
  NODE_ENV: 'production',
  JWT_ACCESS_SECRET: 'an access secret of more than 32 characters',
  JWT_REFRESH_SECRET: 'a refresh secret of more than 32 characters',
  SMTP_HOST: 'mail.example.com',
};

test('everything has a default outside production; the made secrets stay the same and are private', () => {
  const config = loadConfig({ DATA_DIR });
  expect(config).toMatchObject({
    port: 4000,
    environment: 'development',
    database: { kind: 'sqlite', file: path.join(DATA_DIR, 'chat.db') },
    mail: { kind: 'files' },
    corsOrigins: true,
    trustProxy: false,
  });
  expect(loadConfig({ DATA_DIR }).tokens).toEqual(config.tokens);
  expect(config.tokens.accessSecret).not.toBe(config.tokens.refreshSecret);
  expect(statSync(path.join(DATA_DIR, 'jwt-access-secret')).mode & 0o777).toBe(0o600);
});

test('every wrong setting is told at once, what production misses too', () => {
  expect(namesIn(problemsOf({ NODE_ENV: 'production', PORT: 'abc', TRUST_PROXY: 'yes' })).sort()).toEqual([
    'JWT_ACCESS_SECRET',
    'JWT_REFRESH_SECRET',
    'PORT',
    'SMTP_HOST',
    'TRUST_PROXY',
  ]);
});

test.each<[string, Record<string, string>]>([
  ['PORT', { PORT: '65536' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://u:p@host/db' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://root@host' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://u:p%zz@host/db' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://u:p@host/db?sslmode=require' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://u:p@host/db?ssl=1' }],
  ['S3_BUCKET', { S3_ENDPOINT: 'http://127.0.0.1:9000' }],
  ['S3_ACCESS_KEY_ID', { S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'somebody' }],
  ['S3_ENDPOINT', { S3_BUCKET: 'files', S3_ENDPOINT: 's3.example.com' }],
  ['UPLOAD_MAX_BYTES', { UPLOAD_MAX_BYTES: '0' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'yes' }],
  ['LIMITS', { LIMITS: 'mesage=1/60' }],
  ['LIMITS', { LIMITS: 'message=0/60' }],
  ['SOCKETS_PER_ADDRESS', { SOCKETS_PER_ADDRESS: '0' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'https://chat.example.com/' }],
  ['CORS_ORIGINS', { CORS_ORIGINS: 'chat.example.com' }],
  ['REFRESH_TOKEN_LIFETIME', { REFRESH_TOKEN_LIFETIME: '999999999d' }],
  ['ACCESS_TOKEN_LIFETIME', { ACCESS_TOKEN_LIFETIME: '2h', REFRESH_TOKEN_LIFETIME: '1h' }],
  ['MAIL_FROM', { MAIL_FROM: 'a@b.c\r\nBcc: x@y.z' }],
  ['JWT_ACCESS_SECRET', { JWT_ACCESS_SECRET: `abcdefgh${' '.repeat(40)}` }],
  ['JWT_ACCESS_SECRET', { JWT_ACCESS_SECRET: 'a'.repeat(40) }],
  ['SMTP_USER', { SMTP_USER: 'somebody' }],
  ['TELEGRAM_BOT_TOKEN', { TELEGRAM_BOT_TOKEN: 'a token' }],
  ['TELEGRAM_ADMIN_CHAT', { TELEGRAM_ADMIN_CHAT: '-100200300' }],
  ['TELEGRAM_ADMIN_CHAT', { TELEGRAM_BOT_TOKEN: `1:${'a'.repeat(35)}`, TELEGRAM_ADMIN_CHAT: 'admins' }],
  ['TELEGRAM_UPDATES=webhook', { TELEGRAM_UPDATES: 'webhook', PUBLIC_URL: 'http://chat.example' }],
  ['BENCH=1', { BENCH: '1' }],
  ['BENCH=1', { BENCH: '1', HOST: '127.evil.example' }],
  ['RATE_LIMITS=off', { ...production, RATE_LIMITS: 'off' }],
  ['TRUST_PROXY=true', { ...production, TRUST_PROXY: 'true' }],
  ['JWT_ACCESS_SECRET', { ...production, JWT_ACCESS_SECRET: 'change-me to 32 characters or more' }],
  ['JWT_ACCESS_SECRET', { ...production, JWT_ACCESS_SECRET: production.JWT_REFRESH_SECRET }],
])('%s is refused in %j', (name, variables) => {
  expect(namesIn(problemsOf(variables))).toEqual([name]);
});

test('good settings are taken as they are meant', () => {
  expect(
    loadConfig({
      ...production,
      DATA_DIR,
      DATABASE_URL: 'mysql://u:p%20w@db:3307/chat?ssl=true',
      CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      TRUST_PROXY: 'loopback, 10.0.0.0/8',
      ACCESS_TOKEN_LIFETIME: '5m',
      SMTP_PORT: '465',
      PUBLIC_URL: 'https://chat.example/',
      LOG_LEVEL: '',
    }),
  ).toMatchObject({
    corsOrigins: ['https://a.example', 'http://localhost:3000'],
    trustProxy: 'loopback, 10.0.0.0/8',
    tokens: { accessLifetimeSeconds: 300 },
    mail: { kind: 'smtp', host: 'mail.example.com', port: 465, secure: true, auth: null },
    publicUrl: 'https://chat.example',
    logLevel: 'info',
  });
  expect(loadConfig({ DATA_DIR, CORS_ORIGINS: '*', TRUST_PROXY: '2' })).toMatchObject({
    corsOrigins: true,
    trustProxy: 2,
  });
  expect(loadConfig({ DATA_DIR, SMTP_USER: 'a@gmail.com', SMTP_PASS: 'p' }).mail).toMatchObject({
    host: 'smtp.gmail.com',
  });
  expect(
    loadConfig({ ...production, DATA_DIR, BENCH: '1', HOST: '127.0.0.1', RATE_LIMITS: 'off' }).rateLimits,
  ).toBe(false);
});

test('a damaged secret file is refused, not used', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-config-'));
  writeFileSync(path.join(folder, 'jwt-access-secret'), '');
  expect(() => loadConfig({ DATA_DIR: folder })).toThrow(/damaged/);
  rmSync(folder, { recursive: true });
});

test('there is a Telegram bot where a token is, and no problem tells the token', () => {
  expect(loadConfig({ DATA_DIR }).telegram).toBeNull();
  const token = `7001:${'a'.repeat(35)}`;
  const bot = { DATA_DIR, TELEGRAM_BOT_TOKEN: token, PUBLIC_URL: 'https://chat.example/' };
  expect(loadConfig(bot).telegram).toEqual({
    ...{ token, botId: '7001', apiUrl: 'https://api.telegram.org', webhookUrl: null, adminChat: null },
  });
  expect(
    loadConfig({ ...bot, TELEGRAM_UPDATES: 'webhook', TELEGRAM_ADMIN_CHAT: '-100200300' }).telegram,
  ).toMatchObject({ webhookUrl: 'https://chat.example/telegram/updates', adminChat: '-100200300' });
  expect(problemsOf({ TELEGRAM_BOT_TOKEN: 'secret' }).join()).not.toContain('secret');
});

test('a virus scanner is reached by its host or its socket, and there is none unless it is named', () => {
  const scanOf = (variables: Record<string, string>) => loadConfig({ DATA_DIR, ...variables }).virusScan;
  expect(scanOf({ CLAMD_PORT: '3311' })).toBeNull();
  expect(scanOf({ CLAMD_HOST: 'clamd' })).toEqual({
    clamd: { host: 'clamd', port: 3310 },
    whenUnavailable: 'refuse',
  });
  expect(scanOf({ CLAMD_HOST: '/run/clamd.sock', CLAMD_UNAVAILABLE: 'accept' })).toEqual({
    clamd: { path: '/run/clamd.sock' },
    whenUnavailable: 'accept',
  });
  expect(namesIn(problemsOf({ CLAMD_HOST: 'clamd', CLAMD_UNAVAILABLE: 'shrug' }))).toEqual([
    'CLAMD_UNAVAILABLE',
  ]);
});
