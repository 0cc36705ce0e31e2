import { isIPv4 } from 'node:net';
import type { Settings } from './settings';

const isLoopback = (host: string | undefined): boolean =>
  host === 'localhost' || host === '::1' || (host !== undefined && isIPv4(host) && host.startsWith('127.'));

type Given = Readonly<Record<string, string | undefined>>;

function inProduction(given: Given, env: Partial<Settings>, benchmarking: boolean): string[] {
  const problems: string[] = [];
  for (const name of ['JWT_ACCESS_SECRET', 'JWT_REFRESH_SECRET'] as const) {
    if (given[name] === undefined) problems.push(`${name} is required in production`);
    else if (/change-me/i.test(given[name])) problems.push(`${name} is still the example's value`);
  }
  if (given.JWT_ACCESS_SECRET !== undefined && given.JWT_ACCESS_SECRET === given.JWT_REFRESH_SECRET)
    problems.push('JWT_ACCESS_SECRET and JWT_REFRESH_SECRET must differ');
  if (given.SMTP_HOST === undefined && given.SMTP_USER === undefined && !benchmarking)
    problems.push('SMTP_HOST (or SMTP_USER and SMTP_PASS for Gmail) is required in production');
  if (/change-me/i.test(given.SMTP_PASS ?? '')) problems.push("SMTP_PASS is still the example's value");
  if (/change-me/i.test(given.S3_SECRET_ACCESS_KEY ?? ''))
    problems.push("S3_SECRET_ACCESS_KEY is still the example's value");
  if (env.RATE_LIMITS === 'off' && !benchmarking)
    problems.push('RATE_LIMITS=off is refused in production (BENCH=1 allows it on a loopback HOST)');
  if (env.TRUST_PROXY === true)
    problems.push(
      'TRUST_PROXY=true lets anybody choose their address; say how many proxies there are, or which',
    );
  return problems;
}

/** What is wrong between settings that are each well formed. */
export function contradictions(given: Given, env: Partial<Settings>): string[] {
  const benchmarking = env.BENCH === '1' && isLoopback(given.HOST);
  const problems = env.NODE_ENV === 'production' ? inProduction(given, env, benchmarking) : [];
  if (env.BENCH === '1' && !benchmarking) problems.push('BENCH=1 needs a loopback HOST such as 127.0.0.1');
  if (given.REDIS_URL !== undefined && given.DATABASE_URL === undefined)
    problems.push(
      'REDIS_URL is for several nodes, which need a DATABASE_URL: the embedded database is for one',
    );
  if ((given.SMTP_USER === undefined) !== (given.SMTP_PASS === undefined))
    problems.push('SMTP_USER and SMTP_PASS go together');
  if ((given.S3_ACCESS_KEY_ID === undefined) !== (given.S3_SECRET_ACCESS_KEY === undefined))
    problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together');
  if (given.S3_BUCKET === undefined && (given.S3_ENDPOINT ?? given.S3_ACCESS_KEY_ID) !== undefined)
    problems.push('S3_BUCKET is missing: without it files are kept in DATA_DIR');
  if (env.TELEGRAM_UPDATES === 'webhook' && !given.PUBLIC_URL?.startsWith('https:'))
    problems.push('TELEGRAM_UPDATES=webhook needs a PUBLIC_URL that starts with https: Telegram calls it');
  if (given.TELEGRAM_BOT_TOKEN === undefined && given.TELEGRAM_ADMIN_CHAT !== undefined)
    problems.push('TELEGRAM_ADMIN_CHAT needs a TELEGRAM_BOT_TOKEN');
  if ((env.ACCESS_TOKEN_LIFETIME ?? 0) > (env.REFRESH_TOKEN_LIFETIME ?? Infinity))
    problems.push('ACCESS_TOKEN_LIFETIME must not be longer than REFRESH_TOKEN_LIFETIME');
  return problems;
}
