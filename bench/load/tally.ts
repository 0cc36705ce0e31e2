import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMicros, type Job, type LoadResult } from '../job';
import { cpuMicros, machineMicros } from './proc';
import { Histogram } from './histogram';

/** Milliseconds that the last acknowledgements and deliveries may take. */
const DRAIN_MS = 15_000;

const cpuIfAny = (pid: number | null): number => (pid === null ? Number.NaN : cpuMicros(pid));

interface Reading {
  readonly at: number;
  readonly acked: number;
  readonly delivered: number;
  readonly server: number;
  readonly database: number;
  readonly redis: number;
  readonly load: number;
  readonly machine: number;
}

/** Counts what a run sends and gets, and measures a window of it. */
export class Tally {
  sent = 0;
  acked = 0;
  delivered = 0;
  measuring = false;
  readonly acks = new Histogram();
  readonly deliveries = new Histogram();
  /** what went wrong; the run fails with the first */
  readonly faults: string[] = [];

  constructor(private readonly job: Job) {}

  /** Measures for a while. */
  async measure(milliseconds: number): Promise<Pick<LoadResult, 'metrics' | 'window'>> {
    const before = this.read();
    this.measuring = true;
    await wait(milliseconds);
    this.measuring = false;
    return this.between(before, this.read());
  }

  read(): Reading {
    const { user, system } = process.cpuUsage();
    return {
      at: monotonicMicros(),
      acked: this.acked,
      delivered: this.delivered,
      server: this.job.serverPids.reduce((sum, pid) => sum + cpuMicros(pid), 0),
      database: cpuIfAny(this.job.databasePid),
      redis: cpuIfAny(this.job.redisPid),
      load: user + system,
      machine: machineMicros(),
    };
  }

  /** The throughput, and the processors' time for each acknowledged message. */
  between(before: Reading, after: Reading): Pick<LoadResult, 'metrics' | 'window'> {
    const micros = after.at - before.at;
    const messages = after.acked - before.acked;
    const spent = (name: 'server' | 'database' | 'redis' | 'load' | 'machine'): number =>
      after[name] - before[name];
    // What isn't there has used nothing.
    const ours = spent('server') + spent('load') + (spent('database') || 0) + (spent('redis') || 0);
    return {
      window: { from: before.at, to: after.at, messages },
      metrics: {
        messagesPerSecond: (messages / micros) * 1e6,
        deliveriesPerSecond: ((after.delivered - before.delivered) / micros) * 1e6,
        messagesPerCpuSecond: (messages / spent('server')) * 1e6,
        serverMicros: spent('server') / messages,
        databaseMicros: spent('database') / messages,
        redisMicros: spent('redis') / messages,
        loadMicros: spent('load') / messages,
        serverBusy: (100 * spent('server')) / micros,
        loadBusy: (100 * spent('load')) / micros,
        elsewhereBusy: (100 * (spent('machine') - ours)) / micros,
      },
    };
  }

  /** Waits until everything sent is answered and heard. @throws unless each message was, once */
  async settle(
    losses: readonly string[],
    hearers = 1,
  ): Promise<Pick<LoadResult, 'sent' | 'acked' | 'delivered'>> {
    const deadline = performance.now() + DRAIN_MS;
    const open = (): boolean => this.acked < this.sent || this.delivered < this.sent * hearers;
    while (open() && performance.now() < deadline) await wait(20);
    // Whatever comes twice comes right behind.
    await wait(100);
    const { sent, acked, delivered } = this;
    if (acked !== sent || delivered !== sent * hearers)
      this.faults.push(`${sent} sent, ${acked} acknowledged, ${delivered} of ${sent * hearers} delivered`);
    const fault = this.faults[0] ?? losses[0];
    if (fault !== undefined) throw new Error(`lost or doubled: ${fault}`);
    return { sent, acked, delivered };
  }
}
