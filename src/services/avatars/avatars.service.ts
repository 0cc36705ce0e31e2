import { errors } from '../../helpers/errors';
import { randomKey } from '../../helpers/hashing';
import type { Logger } from '../../helpers/logger';
import { AvatarFiles } from './avatar-files';
import { avatarOf } from './avatar-images';

const FILE = /^([0-9a-f]{32})\.webp$/;
/** An upload that takes longer between its file and its row has died. */
const ORPHAN_AGE_MS = 3_600_000;
/** Files looked at in one sweep; the next one goes on behind them. */
const SWEEP_FILES = 1_000;

/** Pictures of people and conversations: made from what they send, kept as files, shown to everybody who knows the address. */
export class AvatarsService {
  private readonly files: AvatarFiles;
  private sweptUpTo = '';

  /** @param folder is made when the first one is stored */
  constructor(
    folder: string,
    private readonly logger: Logger,
    private readonly clock: () => Date = () => new Date(),
  ) {
    this.files = new AvatarFiles(folder);
  }

  /**
   * Stores the avatar of a picture before anything refers to it: what dies in between leaves a file for the sweep.
   * @returns its key
   * @throws unsupported_media_type, validation_failed for too many pixels, unavailable
   */
  async store(picture: Buffer): Promise<string> {
    const bytes = await avatarOf(picture);
    const key = randomKey();
    await this.files.write(key, bytes);
    return key;
  }

  /** @throws not_found, for any other name, too */
  async read(file: string): Promise<Buffer> {
    const [, key] = FILE.exec(file) ?? [];
    const bytes = key === undefined ? undefined : await this.files.read(key);
    if (!bytes) throw errors.notFound('picture');
    return bytes;
  }

  /** After the commit that took the last reference away. What cannot be removed now is left to the sweep. */
  async discard(key: string): Promise<void> {
    await this.files.remove(key).catch((error: unknown) => {
      this.logger.warn({ reason: (error as Error).message }, 'an avatar was not removed');
    });
  }

  /**
   * Removes files that nobody refers to and that are older than an hour, some thousand files at a time.
   * @param inUse which of the keys are referred to
   */
  async sweep(inUse: (keys: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const names = await this.files.names(this.sweptUpTo, SWEEP_FILES);
    this.sweptUpTo = names.length < SWEEP_FILES ? '' : (names.at(-1) ?? '');
    const longAgo = new Date(this.clock().getTime() - ORPHAN_AGE_MS);
    const old = [];
    for (const name of names) old.push((await this.files.olderThan(longAgo, name)) ?? []);
    const files = old.flat();
    const used = await inUse(files.map(({ key }) => key));
    for (const file of files) if (file.isPart || !used.has(file.key)) await this.files.removeOld(file);
  }
}
