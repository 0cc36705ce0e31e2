import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { AvatarsService } from '../avatars/avatars.service';
import type { ObjectStorage } from '../files/storage/storage';
import { writeArchive } from './archive';
import type { ArchiveFiles } from './archive-files';
import {
  changeLeased,
  deleteExpiredExports,
  attemptsAt,
  exportsToMake,
  findExport,
  finishExport,
  giveBack,
  leaseExport,
  type ExportRow,
} from './exports.queries';

/** How often it looks for those that another server left behind. */
const POLL_MS = 30_000;
/** How long nobody else goes on with one whose server is gone. */
const LEASE_MS = 60_000;
/** How often the one that makes it says how far it is. */
const TELL_MS = 1_000;
/** Servers that may die over one. */
const MAX_ATTEMPTS = 3;
/** A storage that hangs has given up by then: what is older was left by a crash. */
const LEFT_AFTER_MS = 2 * 3_600_000;
const BATCH = 100;

interface Dependencies {
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly avatars: Pick<AvatarsService, 'read'>;
  readonly archives: ArchiveFiles;
  readonly logger: Logger;
  readonly clock: () => Date;
}

/** Makes what people have asked for, one at a time; what a server that died was at is made anew by whoever finds it. */
export class ExportMaker {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private woken = false;
  private readonly stopping = new AbortController();

  constructor(private readonly deps: Dependencies) {}

  start(): void {
    this.wake();
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
  }

  /** There may be one to make. */
  wake(): void {
    this.woken = true;
    this.running ??= this.makeAll()
      .catch((error: unknown) => this.deps.logger.warn({ err: error }, 'no exports could be made'))
      .finally(() => {
        this.running = undefined;
        if (this.woken && !this.stopping.signal.aborted) this.wake();
      });
  }

  /** Breaks off what is under way: another server, or the next start, makes it anew. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort(new Error('the server stops'));
    await this.running;
  }

  /** Removes what is older than a day, and what belongs to nothing. Safe to run anywhere at any time. */
  async sweep(): Promise<void> {
    const { database, archives, clock } = this.deps;
    const now = clock();
    while ((await deleteExpiredExports(database.writer, now, BATCH)) === BATCH);
    const before = new Date(now.getTime() - LEFT_AFTER_MS);
    await archives.removeOthers(before, (ids) => attemptsAt(database.writer, ids));
  }

  private async makeAll(): Promise<void> {
    const { database, clock } = this.deps;
    this.woken = false;
    for (;;) {
      const [id] = await exportsToMake(database, clock(), 1);
      if (id === undefined || this.stopping.signal.aborted) return;
      await this.make(id);
    }
  }

  private async make(id: string): Promise<void> {
    const { database, archives, logger, clock } = this.deps;
    const lease = { id, until: new Date(clock().getTime() + LEASE_MS) };
    if (!(await leaseExport(database.writer, { ...lease, now: clock() }))) return;
    const asked = await findExport(database.writer, id);
    if (!asked) return;
    const broken = new AbortController();
    const told = this.tell(lease, broken);
    try {
      if (asked.attempts > MAX_ATTEMPTS) throw new Error('servers have died over it');
      const size = await this.write(asked, told.progressed, broken.signal);
      await told.stop();
      const done = await finishExport(database.writer, { ...lease, now: clock() }, { status: 'done', size });
      if (!done) await archives.remove(asked);
    } catch (error) {
      await told.stop();
      if (this.stopping.signal.aborted) return giveBack(database.writer, lease);
      logger.warn({ err: error, exportId: id }, 'an export failed');
      const failed = await finishExport(database.writer, { ...lease, now: clock() }, { status: 'failed' });
      // Not one that is done, of which only the word was lost. What cannot be removed now is left to the sweep.
      if (failed) await archives.remove(asked).catch(() => undefined);
    }
  }

  /** Nothing is left when it fails. @returns the archive's size */
  private async write(
    { id, userId, attempts }: ExportRow,
    progressed: (perCent: number) => void,
    broken: AbortSignal,
  ): Promise<number> {
    const { archives } = this.deps;
    const { path, out } = await archives.newPart(id);
    try {
      const signal = AbortSignal.any([broken, this.stopping.signal]);
      await writeArchive(this.deps, { userId, out, signal, progressed });
      return await archives.keep(path, { id, attempts });
    } catch (error) {
      await archives.removePart(path);
      throw error;
    }
  }

  /** Keeps the lease, which moves, and writes down how far it is; breaks off when the lease or the export is gone. */
  private tell(lease: { readonly id: string; until: Date }, broken: AbortController) {
    const { database, clock } = this.deps;
    let progress = 0;
    let telling: Promise<void> | undefined;
    const write = async (): Promise<void> => {
      const leasedUntil = new Date(clock().getTime() + LEASE_MS);
      const kept = await changeLeased(database.writer, lease, { leasedUntil, progress });
      if (kept) lease.until = leasedUntil;
      else broken.abort(new Error('somebody else makes it, or it is not wanted any more'));
    };
    const timer = setInterval(() => {
      // A database that is away for a moment is asked again before the lease is over.
      telling ??= write()
        .catch(() => undefined)
        .finally(() => (telling = undefined));
    }, TELL_MS);
    return {
      progressed: (perCent: number) => void (progress = perCent),
      async stop() {
        clearInterval(timer);
        await telling;
      },
    };
  }
}
