import { isIP } from 'node:net';
import { z } from 'zod';
import { LIMITS, type Limit, type LimitName } from './limit-table';

const DURATION_UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `15m`, `7d`, `30s`, `2h` or plain seconds → seconds. */
const durationOrNothing = z
  .string()
  .regex(/^\d{1,9}[smhd]?$/, 'must be a duration such as 30s, 15m, 2h or 7d')
  .transform((text) => {
    const unit = text.at(-1) as keyof typeof DURATION_UNITS;
    return Number.parseInt(text, 10) * (DURATION_UNITS[unit] ?? 1);
  });

const duration = durationOrNothing.refine((seconds) => seconds > 0, 'must be longer than nothing');

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must lie between ${min} and ${max}`);
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

const durationUpTo = (maxSeconds: number) =>
  duration.refine((seconds) => seconds <= maxSeconds, `must be at most ${maxSeconds / 86_400} days`);

const secret = z
  .string()
  .refine((text) => text.trim().length >= 32, 'must have at least 32 characters')
  .refine((text) => new Set(text).size >= 8, 'must be random: it repeats a few characters');

const DATABASE_FLAGS: readonly string[] = ['ssl', 'allowPublicKeyRetrieval'];

/** Also what the driver would find out too late, or never: a flag it does not know is no TLS. */
const databaseUrl = url('mysql:', 'mariadb:').superRefine((text, context) => {
  if (!URL.canParse(text)) return;
  const { pathname, searchParams, username, password } = new URL(text);
  if (pathname.length < 2)
    context.addIssue('must name the database: mysql://user:password@host:3306/database');
  for (const [name, value] of searchParams)
    if (!DATABASE_FLAGS.includes(name) || !['true', 'false'].includes(value))
      context.addIssue(`has ?${name}=${value}; it takes ${DATABASE_FLAGS.join(' and ')}, each true or false`);
  try {
    for (const part of [pathname, username, password]) decodeURIComponent(part);
  } catch {
    context.addIssue('has a % that is not followed by two hex digits; write %25 for the sign itself');
  }
});

const list = (text: string): string[] => text.split(',').flatMap((item) => item.trim() || []);

/** `*`, or origins as browsers send them. */
const origins = z.string().transform((text, context): true | string[] => {
  const items = list(text);
  if (items.length === 1 && items[0] === '*') return true;
  for (const item of items)
    if (!URL.canParse(item) || new URL(item).origin !== item)
      context.addIssue(`has ${item}, which is no origin such as https://chat.example.com`);
  return items;
});

const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];
const isProxy = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  if (PROXY_NAMES.includes(text)) return true;
  return (
    isIP(address) !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= 128))
  );
};

/** Express's `trust proxy`: hops, addresses or names of networks. */
const trustProxy = z.string().transform((text, context): boolean | number | string => {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\d{1,2}$/.test(text)) return Number(text);
  if (!list(text).every(isProxy))
    context.addIssue(
      'must be the number of proxies in front, their addresses, or loopback, linklocal, uniquelocal',
    );
  return text;
});

/** `message=100/60,search=10/60`: points and seconds instead of the table's. */
const limitChanges = z.string().transform((text, context) => {
  const changes: Partial<Record<LimitName, Limit>> = {};
  for (const item of list(text)) {
    const [, name = '', points, seconds] = /^(\w+)=(\d{1,9})\/(\d{1,7})$/.exec(item) ?? [];
    if (!Object.hasOwn(LIMITS, name) || !Number(points) || !Number(seconds))
      context.addIssue(
        `has ${item}; it takes <name>=<how many>/<seconds>, names: ${Object.keys(LIMITS).join(', ')}`,
      );
    else changes[name as LimitName] = { points: Number(points), durationSeconds: Number(seconds) };
  }
  return changes;
});

/** As BotFather gives it: the bot's number and a secret. Its value is told nowhere. */
const botToken = z.string().regex(/^\d{1,20}:[\w-]{20,100}$/, 'must be a token as BotFather gives it');

/** Every setting: what it takes and its default. */
export const settings = {
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: z.string().optional(),
  PUBLIC_URL: url('http:', 'https:').optional(),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL_SIZE: wholeNumber(2, 500).default(10),
  DATABASE_WAIT: duration.default(60),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  REDIS_WAIT: duration.default(60),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w:.-]{1,50}$/, 'must be up to 50 letters, digits, and _ : . -')
    .default('chat'),
  DATA_DIR: z.string().default('.data'),
  JWT_ACCESS_SECRET: secret.optional(),
  JWT_REFRESH_SECRET: secret.optional(),
  ACCESS_TOKEN_LIFETIME: durationUpTo(86_400).default(15 * 60),
  REFRESH_TOKEN_LIFETIME: durationUpTo(400 * 86_400).default(7 * 86_400),
  ADMIN_TWO_FACTOR: z.enum(['optional', 'required']).default('optional'),
  SMTP_HOST: z.string().optional(),
  SMTP_PORT: wholeNumber(1, 65_535).optional(),
  SMTP_SECURE: flag.optional(),
  SMTP_USER: z.string().optional(),
  SMTP_PASS: z.string().optional(),
  MAIL_FROM: z
    .string()
    .refine((text) => !/[\r\n]/.test(text), 'must be one line')
    .optional(),
  CORS_ORIGINS: origins.optional(),
  TRUST_PROXY: trustProxy.default(false),
  ALERT_AFTER: durationOrNothing.default(10),
  DIGEST_AFTER: duration.default(30 * 60),
  AWAY_AFTER: duration.default(5 * 60),
  PRESENCE_GRACE: duration.default(30),
  ROOM_CHECK_INTERVAL: duration.default(30),
  SOCKET_POLLING: z.enum(['on', 'off']).default('on'),
  SOCKETS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(2_000),
  MESSAGE_MAX_LENGTH: wholeNumber(1, 100_000).default(4000),
  EDIT_WINDOW: durationOrNothing.default(2 * 86_400),
  RETENTION_DAYS: wholeNumber(0, 36_500).default(0),
  GROUP_MAX_MEMBERS: wholeNumber(2, 100_000).default(5000),
  CLAMD_HOST: z.string().optional(),
  CLAMD_PORT: wholeNumber(1, 65_535).default(3310),
  CLAMD_UNAVAILABLE: z.enum(['refuse', 'accept']).default('refuse'),
  UPLOAD_MAX_BYTES: wholeNumber(1, 5 * 1024 ** 3).default(100 * 1024 ** 2),
  UPLOAD_QUOTA_BYTES: wholeNumber(0, 2 ** 50 - 1).default(5 * 1024 ** 3),
  S3_BUCKET: z.string().optional(),
  S3_ENDPOINT: url('http:', 'https:').optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_FORCE_PATH_STYLE: flag.optional(),
  TELEGRAM_BOT_TOKEN: botToken.optional(),
  TELEGRAM_API_URL: url('http:', 'https:').default('https://api.telegram.org'),
  TELEGRAM_UPDATES: z.enum(['polling', 'webhook']).default('polling'),
  TELEGRAM_ADMIN_CHAT: z
    .string()
    .regex(/^(-?\d{1,19}|@\w{5,32})$/, 'must be the number of a chat, or @name of a public one')
    .optional(),
  WEBHOOK_ALLOW_PRIVATE: flag.default(false),
  WORKERS: wholeNumber(1, 256).optional(),
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  LIMITS: limitChanges.default({}),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  BENCH: z.enum(['1', '0']).default('0'),
} as const;

export type Settings = { readonly [Name in keyof typeof settings]: z.output<(typeof settings)[Name]> };
