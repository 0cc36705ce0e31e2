import type { Readable } from 'node:stream';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Logger } from '../../helpers/logger';
import type { Identity } from '../accounts/identity';
import type { FilePart, StoredFile } from './file';
import { isSignedFor, type Signed } from './file-urls';
import { readablePart, storedPart, type StoredPart } from './file.queries';
import type { FileRemoval } from './removal';
import { MissingObject, type ByteRange, type ObjectStorage } from './storage/storage';

/** Who asks: somebody, or whoever has a signed address. */
export type Asking = { readonly caller: Identity } | { readonly signed: Signed };

/** Something that the asker may read. */
export interface ReadableFile {
  readonly file: StoredFile;
  readonly size: number;
  readonly sha256: string;
  /** seconds that an answer may be kept; 0: it is asked for again each time */
  readonly keepSeconds: number;
  /** @throws not_found, unavailable */
  open(range?: ByteRange): Promise<Readable>;
}

interface Dependencies {
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly removal: FileRemoval;
  readonly logger: Logger;
  readonly adminsNeedTwoFactor: boolean;
  readonly clock: () => Date;
}

/** Files that are there: who may read them, and how they go. */
export class FilesService {
  constructor(private readonly deps: Dependencies) {}

  /** @throws not_found, also for what the asker may not read */
  async read(fileId: string, part: FilePart, asking: Asking): Promise<ReadableFile> {
    const now = this.deps.clock();
    const found = await this.find(fileId, part, asking, now);
    if (!found) throw errors.notFound('file');
    const { file, size, sha256, storageKey } = found;
    const keepSeconds = 'signed' in asking ? Math.floor(asking.signed.expires - now.getTime() / 1000) : 0;
    return { file, size, sha256, keepSeconds, open: (range) => this.open(file.id, storageKey, range) };
  }

  /** @throws not_found, also for somebody else's; conflict while a message has it */
  async delete({ userId }: Identity, fileId: string): Promise<void> {
    await this.deps.removal.remove([fileId], ([file], attached) => {
      if (file?.ownerId !== userId) throw errors.notFound('file');
      if (attached.has(fileId)) throw errors.conflict('A message has this file');
    });
  }

  private async find(fileId: string, part: FilePart, asking: Asking, now: Date): Promise<StoredPart | null> {
    const { database, adminsNeedTwoFactor } = this.deps;
    const { reader } = database;
    if ('caller' in asking)
      return readablePart(reader, fileId, part, asking.caller.userId, adminsNeedTwoFactor);
    return isSignedFor(fileId, part, asking.signed, now) ? storedPart(reader, fileId, part) : null;
  }

  private async open(fileId: string, storageKey: string, range?: ByteRange): Promise<Readable> {
    const { storage, logger } = this.deps;
    return storage.open(storageKey, range).catch((error: unknown) => {
      if (!(error instanceof MissingObject)) throw error;
      // Removed a moment ago, or lost: `npm run files:verify` tells.
      logger.error({ fileId }, 'the bytes of a file are not in the storage');
      throw errors.notFound('file');
    });
  }
}
