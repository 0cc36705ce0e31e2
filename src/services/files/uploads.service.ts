import { IMAGE_MAX_BYTES, type File } from '../../contracts/files';
import type { Database, Db } from '../../database/database';
import { AppError, errors } from '../../helpers/errors';
import { tameFileName } from '../../helpers/file-names';
import { randomKey } from '../../helpers/hashing';
import { newId } from '../../helpers/ids';
import type { Identity } from '../accounts/identity';
import { isThere } from '../accounts/users.queries';
import { abandonObject, adoptObjects, expectObject, storedAmong, type Blob } from './blob.queries';
import type { StoredFile } from './file';
import { presentFile } from './file.presenter';
import { bytesOf, insertFile } from './file.queries';
import type { Claimed, Inspected } from './inspect';
import type { Upload } from './scan/virus-scanner';
import type { ObjectStorage } from './storage/storage';
import type { Received, TemporaryFiles } from './temporary-files';
import type { UploadRoom } from './upload-room';

/** Somebody removed the same bytes between the look and the lock: once more, with the bytes. */
const ATTEMPTS = 3;

/** Bytes that were stored a moment ago are not any more. */
class Vanished extends Error {}

/** Resolves when a file may be kept. @throws when it must not be */
type Scan = (path: string, upload: Upload) => Promise<void>;

interface Dependencies {
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly temporary: TemporaryFiles;
  readonly room: UploadRoom;
  readonly limits: { readonly maxBytes: number; readonly quotaBytes: number };
  readonly inspect: (path: string, claimed: Claimed) => Promise<Inspected>;
  readonly scan: Scan;
  readonly clock: () => Date;
}

/** A file and the bytes it consists of. */
interface Parts {
  readonly file: StoredFile;
  /** in the folder of those that come in, each once */
  readonly contents: readonly Received[];
}

/** What people send, judged and stored. Nobody sees any of it before all of it is there. */
export class UploadsService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Keeps room for an upload that begins.
   * @param bytes as many as it says it has, or else as it may have
   * @returns gives the room back
   * @throws payload_too_large, quota_exceeded
   */
  async admit({ userId }: Identity, bytes: number): Promise<() => void> {
    const { room, database } = this.deps;
    return room.reserve(userId, bytes, await bytesOf(database.reader, userId));
  }

  /**
   * Takes over what was received.
   * @throws validation_failed, unsupported_media_type, payload_too_large, quota_exceeded, unavailable
   */
  async store({ userId }: Identity, received: Received, claimed: Claimed): Promise<File> {
    const { temporary, inspect, scan, clock } = this.deps;
    const paths = [received.path];
    try {
      // What it will be called decides, not what was taken out of that.
      const name = tameFileName(claimed.name);
      await scan(received.path, { ownerId: userId, name });
      const inspected = await inspect(received.path, { ...claimed, name });
      if (inspected.kind === 'image' && received.size > IMAGE_MAX_BYTES) throw errors.payloadTooLarge();
      const keep = async (bytes: Buffer): Promise<Received> => {
        const kept = await temporary.write(bytes);
        paths.push(kept.path);
        return kept;
      };
      const content = inspected.cleaned
        ? await keep(inspected.cleaned)
        : await temporary.blank(received, inspected.blanks ?? []);
      const thumbnail = inspected.thumbnail && (await keep(inspected.thumbnail));
      const file = this.fileOf(userId, name, inspected, content, thumbnail);
      const contents = [content, ...(thumbnail && thumbnail.sha256 !== content.sha256 ? [thumbnail] : [])];
      await this.commit({ file, contents });
      return presentFile(file, clock());
    } finally {
      for (const path of paths) await temporary.remove(path);
    }
  }

  private fileOf(
    ownerId: string,
    name: string,
    inspected: Inspected,
    content: Received,
    thumbnail: Received | undefined,
  ): StoredFile {
    const now = this.deps.clock();
    return {
      id: newId(),
      ownerId,
      sha256: content.sha256,
      thumbnailSha256: thumbnail?.sha256 ?? null,
      kind: inspected.kind,
      mimeType: inspected.mimeType,
      size: content.size,
      name,
      width: inspected.width ?? null,
      height: inspected.height ?? null,
      durationSeconds: inspected.durationSeconds ?? null,
      blur: inspected.blur ?? null,
      createdAt: now,
      unattachedSince: now,
    };
  }

  /** Puts into the storage what is not there, then makes the rows. Whatever fails between leaves a stray for the sweep. */
  private async commit(parts: Parts): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const objects = await this.putMissing(parts.contents);
      try {
        return await this.deps.database.transaction((db) => this.makeRows(db, parts, objects));
      } catch (error) {
        const isVanished = error instanceof Vanished;
        // Of any other failure nobody knows whether it came before the commit or after it.
        if (isVanished || error instanceof AppError) await this.abandon(objects);
        if (!isVanished) throw error;
        if (attempt === ATTEMPTS) throw errors.unavailable(1, error);
      }
    }
  }

  private async abandon(objects: readonly Blob[]): Promise<void> {
    for (const { storageKey } of objects) await abandonObject(this.deps.database.writer, storageKey);
  }

  /** Stores the bytes of no blob under keys of their own. */
  private async putMissing(contents: readonly Received[]): Promise<Blob[]> {
    const { database, storage, clock } = this.deps;
    const stored = await storedAmong(
      database.reader,
      contents.map(({ sha256 }) => sha256),
    );
    const objects: Blob[] = [];
    for (const { sha256, path, size } of contents) {
      if (stored.has(sha256)) continue;
      const storageKey = randomKey();
      await expectObject(database.writer, storageKey, clock());
      await storage.put(storageKey, path);
      objects.push({ sha256, storageKey, size });
    }
    return objects;
  }

  /** @throws unauthenticated when the account is gone, quota_exceeded, Vanished */
  private async makeRows(db: Db, { file, contents }: Parts, objects: readonly Blob[]): Promise<void> {
    const { dialect } = this.deps.database;
    await db.$queryRawUnsafe(dialect.lockUsers(1), file.ownerId);
    if (!(await isThere(db, file.ownerId))) throw errors.unauthenticated('The account is gone');
    if ((await bytesOf(db, file.ownerId)) + file.size > this.deps.limits.quotaBytes)
      throw errors.quotaExceeded();
    const hashes = contents.map(({ sha256 }) => sha256);
    if (!(await adoptObjects(db, dialect, objects, hashes, file.createdAt))) throw new Vanished();
    await insertFile(db, file);
  }
}
