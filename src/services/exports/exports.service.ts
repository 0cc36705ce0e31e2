import type { Readable } from 'node:stream';
import type { DataExport } from '../../contracts/exports';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import type { Identity, Origin } from '../accounts/identity';
import type { OwnPassword } from '../accounts/own-password';
import { holdPerson } from '../accounts/users.queries';
import type { ByteRange } from '../files/storage/storage';
import type { Limits } from '../limits/limits';
import type { ArchiveFiles } from './archive-files';
import { deleteExportsOf, findExport, findMaking, insertExport, type ExportRow } from './exports.queries';

/** How long an archive is there, and may take to be made. */
const LIFETIME_MS = 86_400_000;

interface Dependencies {
  readonly database: Database;
  readonly ownPassword: OwnPassword;
  readonly archives: ArchiveFiles;
  readonly limits: Limits;
  readonly maker: { wake(): void };
  readonly clock: () => Date;
}

/** An archive, to be sent. */
export interface Archive {
  readonly size: number;
  /** what is under an id never changes */
  readonly id: string;
  readonly name: string;
  /** @throws not_found when it was removed a moment ago */
  readonly open: (range?: ByteRange) => Promise<Readable>;
}

const present = (row: ExportRow): DataExport => ({
  id: row.id,
  status: row.status,
  progress: row.progress,
  size: row.size,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt.toISOString(),
});

/** People get all there is of them. */
export class ExportsService {
  constructor(private readonly deps: Dependencies) {}

  /** The one that is being made, or else a new one, which is counted. @throws invalid_credentials, account_locked, rate_limited */
  async ask(identity: Identity, password: string, origin: Origin): Promise<DataExport> {
    const { ownPassword, limits, maker } = this.deps;
    const { userId, tell } = identity;
    await ownPassword.confirm(identity, password, origin);
    const key = `user:${userId}`;
    await limits.consume('dataExport', key, { tell });
    const { asked, isNew } = await this.making(userId);
    if (!isNew) await limits.refund('dataExport', key);
    maker.wake();
    return present(asked);
  }

  /** @throws not_found, also for somebody else's */
  async get(caller: Identity, id: string): Promise<DataExport> {
    return present(await this.own(caller, id));
  }

  /** @throws not_found, also when its file is gone; conflict until it is done */
  async open(caller: Identity, id: string): Promise<Archive> {
    const { archives } = this.deps;
    const { status, size, createdAt, attempts } = await this.own(caller, id);
    const key = { id, attempts };
    if (status !== 'done' || size === null) throw errors.conflict('The export is not done');
    if (!(await archives.isThere(key))) throw errors.notFound('export');
    const name = `export-${createdAt.toISOString().slice(0, 10)}.zip`;
    const open = async (range?: ByteRange): Promise<Readable> => {
      const bytes = await archives.read(key, range);
      if (!bytes) throw errors.notFound('export');
      return bytes;
    };
    return { id, size, name, open };
  }

  private making(userId: string): Promise<{ readonly asked: ExportRow; readonly isNew: boolean }> {
    const { database, clock } = this.deps;
    return database.transaction(async (db) => {
      const now = clock();
      // Of several at the same moment the others wait for the first one's row.
      if (!(await holdPerson(db, { id: userId }, now))) throw errors.unauthenticated('The account is gone');
      const making = await findMaking(db, userId);
      // One that nobody made while no server ran is over like any other.
      if (making && making.expiresAt > now) return { asked: making, isNew: false };
      await deleteExportsOf(db, userId);
      const id = newId();
      await insertExport(db, {
        id,
        userId,
        createdAt: now,
        expiresAt: new Date(now.getTime() + LIFETIME_MS),
      });
      const asked = await findExport(db, id);
      if (!asked) throw errors.notFound('export');
      return { asked, isNew: true };
    });
  }

  private async own({ userId }: Identity, id: string): Promise<ExportRow> {
    const { database, clock } = this.deps;
    const row = await findExport(database.reader, id);
    if (row?.userId !== userId || row.expiresAt <= clock()) throw errors.notFound('export');
    return row;
  }
}
