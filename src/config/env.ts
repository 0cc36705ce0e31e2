import { availableParallelism } from 'node:os';
import path from 'node:path';
import { contradictions } from './contradictions';
import { developmentSecret } from './development-secrets';
import { LIMITS, type LimitTable } from './limit-table';
import { settings, type Settings } from './settings';

export type MailConfig =
  | { readonly kind: 'files' }
  | {
      readonly kind: 'smtp';
      readonly host: string;
      readonly port: number;
      readonly secure: boolean;
      readonly auth: { readonly user: string; readonly pass: string } | null;
    };

export interface VirusScanConfig {
  readonly clamd: { readonly host: string; readonly port: number } | { readonly path: string };
  /** what becomes of files that clamd gives no verdict on */
  readonly whenUnavailable: Settings['CLAMD_UNAVAILABLE'];
}

/** A bucket at Amazon or at any server that speaks its protocol. */
export interface S3Config {
  readonly bucket: string;
  /** `null`: Amazon's */
  readonly endpoint: string | null;
  readonly region: string;
  /** `null`: where Amazon's client looks for them by itself, such as the machine's role */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** the bucket in the path, not in the host's name */
  readonly forcePathStyle: boolean;
}

export interface TelegramConfig {
  readonly token: string;
  /** the bot's number, the first part of the token */
  readonly botId: string;
  readonly apiUrl: string;
  /** where Telegram brings updates to; `null`: they are asked for */
  readonly webhookUrl: string | null;
  /** `null`: nobody hears of what admins should know */
  readonly adminChat: string | null;
}

/** Where Telegram brings updates to, behind PUBLIC_URL. */
export const TELEGRAM_WEBHOOK_PATH = '/telegram/updates';

/** Everything the server may be told, decided once at the start. Durations are seconds. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  readonly port: number;
  /** Where to listen; `undefined` means every address. */
  readonly host: string | undefined;
  /** The address clients reach the server by, without a trailing slash; `null` when it was not told. */
  readonly publicUrl: string | null;
  readonly database:
    | { readonly kind: 'sqlite'; readonly file: string }
    | {
        readonly kind: 'mysql';
        readonly url: string;
        readonly poolSize: number;
        readonly waitSeconds: number;
      };
  /** `null`: this process is the only one, or the others are not told of what happens here. */
  readonly redis: {
    readonly url: string;
    readonly waitSeconds: number;
    /** what keys and channels begin with: deployments that share a Redis differ in it */
    readonly prefix: string;
  } | null;
  readonly dataDir: string;
  readonly tokens: {
    readonly accessSecret: string;
    readonly refreshSecret: string;
    readonly accessLifetimeSeconds: number;
    readonly refreshLifetimeSeconds: number;
  };
  readonly mail: MailConfig;
  readonly mailFrom: string;
  /** `true`: any origin (only outside production by default); otherwise the allowed ones. */
  readonly corsOrigins: true | readonly string[];
  /** Express's `trust proxy`: hops, addresses, or `false`. */
  readonly trustProxy: boolean | number | string;
  /** How long what is unread waits before its reader is told of it, if they are away. Seconds. */
  readonly alerts: {
    /** by Telegram */
    readonly afterSeconds: number;
    /** by e-mail */
    readonly digestAfterSeconds: number;
    /** since somebody did something, although connected */
    readonly awayAfterSeconds: number;
  };
  /** How long a person without a device stays online. */
  readonly presenceGraceSeconds: number;
  /** How often sockets' sessions and rooms are held against the database. */
  readonly roomCheckSeconds: number;
  /** Connections that one address (of IPv6 one network) may have open on one process. */
  /** `false`: only WebSockets, which need no balancer that knows them again */
  readonly socketPolling: boolean;
  readonly socketsPerAddress: number;
  readonly messageMaxLength: number;
  /** How long after sending a message may be edited; 0: never. */
  readonly editWindowSeconds: number;
  /** Admins do nothing as such before they have a second factor. */
  readonly adminsNeedTwoFactor: boolean;
  /** Older messages are removed; 0: none are, but where a conversation says so. */
  readonly retentionDays: number;
  readonly groupMaxMembers: number;
  /** `null`: uploads are not scanned. */
  readonly virusScan: VirusScanConfig | null;
  readonly files: {
    readonly maxBytes: number;
    /** of all files of one person together */
    readonly quotaBytes: number;
    /** `null`: they are kept in a folder of `dataDir` */
    readonly s3: S3Config | null;
  };
  /** `null`: there is no bot. */
  readonly telegram: TelegramConfig | null;
  /** Webhooks may go to loopback and private addresses, and without TLS. */
  readonly webhooksMayBePrivate: boolean;
  /** processes of `npm run cluster` */
  readonly workers: number;
  readonly rateLimits: boolean;
  readonly limits: LimitTable;
  readonly logLevel: Settings['LOG_LEVEL'];
}

/** Every setting that is wrong, at once. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`These settings are wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

function mailConfig(env: Settings): MailConfig {
  const auth = env.SMTP_USER && env.SMTP_PASS ? { user: env.SMTP_USER, pass: env.SMTP_PASS } : null;
  if (env.SMTP_HOST) {
    const port = env.SMTP_PORT ?? (env.SMTP_SECURE ? 465 : 587);
    return { kind: 'smtp', host: env.SMTP_HOST, port, secure: env.SMTP_SECURE ?? port === 465, auth };
  }
  if (auth) return { kind: 'smtp', host: 'smtp.gmail.com', port: 465, secure: true, auth };
  return { kind: 'files' };
}

/** A host that starts with a slash is the path of a Unix socket. */
function virusScanConfig({
  CLAMD_HOST: host,
  CLAMD_PORT: port,
  CLAMD_UNAVAILABLE,
}: Settings): VirusScanConfig | null {
  if (host === undefined) return null;
  return {
    clamd: host.startsWith('/') ? { path: host } : { host, port },
    whenUnavailable: CLAMD_UNAVAILABLE,
  };
}

function s3Config(env: Settings): S3Config | null {
  if (env.S3_BUCKET === undefined) return null;
  return {
    bucket: env.S3_BUCKET,
    endpoint: env.S3_ENDPOINT ?? null,
    region: env.S3_REGION,
    credentials:
      env.S3_ACCESS_KEY_ID !== undefined && env.S3_SECRET_ACCESS_KEY !== undefined
        ? { accessKeyId: env.S3_ACCESS_KEY_ID, secretAccessKey: env.S3_SECRET_ACCESS_KEY }
        : null,
    forcePathStyle: env.S3_FORCE_PATH_STYLE ?? env.S3_ENDPOINT !== undefined,
  };
}

function telegramConfig(env: Settings): TelegramConfig | null {
  const token = env.TELEGRAM_BOT_TOKEN;
  if (token === undefined) return null;
  const publicUrl = env.PUBLIC_URL?.replace(/\/+$/, '') ?? '';
  return {
    token,
    botId: token.split(':', 1)[0] ?? '',
    apiUrl: env.TELEGRAM_API_URL.replace(/\/+$/, ''),
    webhookUrl: env.TELEGRAM_UPDATES === 'webhook' ? publicUrl + TELEGRAM_WEBHOOK_PATH : null,
    adminChat: env.TELEGRAM_ADMIN_CHAT ?? null,
  };
}

/** Each setting by itself, so that one that is wrong does not hide the others. */
function readSettings(given: Record<string, string | undefined>): {
  env: Partial<Settings>;
  problems: string[];
} {
  const problems: string[] = [];
  const env: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settings)) {
    const parsed = schema.safeParse(given[name]);
    if (parsed.success) env[name] = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => `${name} ${issue.message}`));
  }
  return { env, problems };
}

const isComplete = (env: Partial<Settings>): env is Settings =>
  'NODE_ENV' in env && Object.keys(settings).every((name) => name in env);

/**
 * Reads the settings: the sole reader of `process.env`.
 * Outside production everything has a working default; in production missing secrets are refused.
 * @throws ConfigError with every wrong setting
 */
export function loadConfig(variables: Record<string, string | undefined> = process.env): Config {
  // An empty line in an .env file means "not set".
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const { env, problems } = readSettings(given);
  problems.push(...contradictions(given, env));
  if (!isComplete(env) || problems.length > 0) throw new ConfigError(problems);
  const production = env.NODE_ENV === 'production';

  const dataDir = path.resolve(env.DATA_DIR);
  const mail = mailConfig(env);
  return Object.freeze({
    environment: env.NODE_ENV,
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    database: env.DATABASE_URL
      ? {
          kind: 'mysql',
          url: env.DATABASE_URL,
          poolSize: env.DATABASE_POOL_SIZE,
          waitSeconds: env.DATABASE_WAIT,
        }
      : { kind: 'sqlite', file: path.join(dataDir, 'chat.db') },
    redis: env.REDIS_URL
      ? { url: env.REDIS_URL, waitSeconds: env.REDIS_WAIT, prefix: env.REDIS_PREFIX }
      : null,
    dataDir,
    tokens: {
      accessSecret: env.JWT_ACCESS_SECRET ?? developmentSecret(dataDir, 'jwt-access-secret'),
      refreshSecret: env.JWT_REFRESH_SECRET ?? developmentSecret(dataDir, 'jwt-refresh-secret'),
      accessLifetimeSeconds: env.ACCESS_TOKEN_LIFETIME,
      refreshLifetimeSeconds: env.REFRESH_TOKEN_LIFETIME,
    },
    mail,
    mailFrom:
      env.MAIL_FROM ??
      (mail.kind === 'smtp' && mail.auth ? mail.auth.user : 'Chat Server <no-reply@localhost>'),
    corsOrigins: env.CORS_ORIGINS ?? (production ? [] : true),
    trustProxy: env.TRUST_PROXY,
    alerts: {
      afterSeconds: env.ALERT_AFTER,
      digestAfterSeconds: env.DIGEST_AFTER,
      awayAfterSeconds: env.AWAY_AFTER,
    },
    presenceGraceSeconds: env.PRESENCE_GRACE,
    roomCheckSeconds: env.ROOM_CHECK_INTERVAL,
    socketPolling: env.SOCKET_POLLING === 'on',
    socketsPerAddress: env.SOCKETS_PER_ADDRESS,
    messageMaxLength: env.MESSAGE_MAX_LENGTH,
    editWindowSeconds: env.EDIT_WINDOW,
    adminsNeedTwoFactor: env.ADMIN_TWO_FACTOR === 'required',
    retentionDays: env.RETENTION_DAYS,
    groupMaxMembers: env.GROUP_MAX_MEMBERS,
    virusScan: virusScanConfig(env),
    files: { maxBytes: env.UPLOAD_MAX_BYTES, quotaBytes: env.UPLOAD_QUOTA_BYTES, s3: s3Config(env) },
    telegram: telegramConfig(env),
    webhooksMayBePrivate: env.WEBHOOK_ALLOW_PRIVATE,
    workers: env.WORKERS ?? availableParallelism(),
    rateLimits: env.RATE_LIMITS === 'on',
    limits: { ...LIMITS, ...env.LIMITS },
    logLevel: env.LOG_LEVEL,
  } satisfies Config);
}
