import type { Database } from '../../database/database';

/** Milliseconds a probe waits for the database. */
const PING_TIMEOUT_MS = 2_000;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<'database' | 'running', 'ok' | 'failed'>>;
}

/** Whether a load balancer should send requests here. */
export class HealthService {
  private stopping = false;

  constructor(private readonly database: Database) {}

  /** From now on not ready, so that no new work comes while the old is finished. */
  stop(): void {
    this.stopping = true;
  }

  async readiness(): Promise<Readiness> {
    const database = await this.database.ping(PING_TIMEOUT_MS).then(
      () => 'ok' as const,
      () => 'failed' as const,
    );
    return {
      ready: database === 'ok' && !this.stopping,
      checks: { database, running: this.stopping ? 'failed' : 'ok' },
    };
  }
}
