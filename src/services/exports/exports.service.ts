import type { Readable } from 'node:stream';
import type { DataExport } from '../../contracts/exports';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import type { Identity, Origin } from '../accounts/identity';
import type { OwnPassword } from '../accounts/own-password';
import { holdPerson } from '../accounts/users.queries';
import type { ByteRange } from '../files/storage/storage';
import type { ArchiveFiles } from './archive-files';
import { deleteExportsOf, findExport, findMaking, insertExport, type ExportRow } from './exports.queries';

/** How long an archive is there, and may take to be made. */
const LIFETIME_MS = 86_400_000;

interface Dependencies {
  readonly database: Database;
  readonly ownPassword: OwnPassword;
  readonly archives: ArchiveFiles;
  readonly maker: { wake(): void };
  readonly clock: () => Date;
}

/** An archive, to be sent. */
export interface Archive {
  readonly size: number;
  /** what is under an id never changes */
  readonly id: string;
  readonly name: string;
  readonly open: (range?: ByteRange) => Readable;
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

  /** The one that is being made, or else a new one. @throws invalid_credentials, account_locked, rate_limited */
  async ask(identity: Identity, password: string, origin: Origin): Promise<DataExport> {
    const { database, ownPassword, maker, clock } = this.deps;
    const { userId } = identity;
    await ownPassword.confirm(identity, password, origin);
    const asked = await database.transaction(async (db) => {
      const now = clock();
      // Of several at the same moment the others wait for the first one's row.
      if (!(await holdPerson(db, { id: userId }, now))) throw errors.unauthenticated('The account is gone');
      const making = await findMaking(db, userId);
      if (making) return making;
      await deleteExportsOf(db, userId);
      const id = newId();
      await insertExport(db, {
        id,
        userId,
        createdAt: now,
        expiresAt: new Date(now.getTime() + LIFETIME_MS),
      });
      return findExport(db, id);
    });
    maker.wake();
    if (!asked) throw errors.notFound('export');
    return present(asked);
  }

  /** @throws not_found, also for somebody else's */
  async get(caller: Identity, id: string): Promise<DataExport> {
    return present(await this.own(caller, id));
  }

  /** @throws not_found, also when its file is gone; conflict until it is done */
  async open(caller: Identity, id: string): Promise<Archive> {
    const { archives } = this.deps;
    const { status, size, createdAt } = await this.own(caller, id);
    if (status !== 'done' || size === null) throw errors.conflict('The export is not done');
    if (!(await archives.isThere(id))) throw errors.notFound('export');
    const name = `export-${createdAt.toISOString().slice(0, 10)}.zip`;
    return { id, size, name, open: (range) => archives.read(id, range) };
  }

  private async own({ userId }: Identity, id: string): Promise<ExportRow> {
    const { database, clock } = this.deps;
    const row = await findExport(database.reader, id);
    if (row?.userId !== userId || row.expiresAt <= clock()) throw errors.notFound('export');
    return row;
  }
}
