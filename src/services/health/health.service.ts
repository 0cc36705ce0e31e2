import type { Database } from '../../database/database';
import type { Redis } from '../../database/redis';

/** Milliseconds a probe waits for the database. */
const PING_TIMEOUT_MS = 2_000;

export interface Readiness {
  readonly ready: boolean;
  /** `redis`: only where there is one; the server goes on without it, so it decides nothing */
  readonly checks: Readonly<Partial<Record<'database' | 'redis' | 'running', 'ok' | 'failed'>>>;
}

const outcomeOf = (ping: Promise<void>): Promise<'ok' | 'failed'> =>
  ping.then(
    () => 'ok',
    () => 'failed',
  );

/** Whether a load balancer should send requests here. */
export class HealthService {
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly redis: Pick<Redis, 'ping'> | null,
  ) {}

  /** From now on not ready, so that no new work comes while the old is finished. */
  stop(): void {
    this.stopping = true;
  }

  async readiness(): Promise<Readiness> {
    const [database, redis] = await Promise.all([
      outcomeOf(this.database.ping(PING_TIMEOUT_MS)),
      this.redis && outcomeOf(this.redis.ping()),
    ]);
    return {
      ready: database === 'ok' && !this.stopping,
      checks: { database, ...(redis && { redis }), running: this.stopping ? 'failed' : 'ok' },
    };
  }
}
