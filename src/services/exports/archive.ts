import type { Writable } from 'node:stream';
import type { Database } from '../../database/database';
import { presentOwnProfile, presentSettings } from '../accounts/user.presenter';
import { findOwnProfile } from '../accounts/users.queries';
import type { AvatarsService } from '../avatars/avatars.service';
import type { StoredFile } from '../files/file';
import { bytesOf } from '../files/file.queries';
import { MissingObject, type ObjectStorage } from '../files/storage/storage';
import { Belongings } from './belongings';
import { lastSeenAt, sessionsOf, telegramOf, type OwnFile } from './belongings.queries';
import { README } from './readme';
import { ZipWriter } from './zip-writer';

/** Per cent that are done when what is in the database is written: the rest is files. */
const TEXTS_SHARE = 30;
/** Until the archive is on the disk. */
const MOST = 99;

interface Sources {
  readonly database: Database;
  readonly storage: ObjectStorage;
  readonly avatars: Pick<AvatarsService, 'read'>;
}

interface Making {
  readonly userId: string;
  readonly out: Writable;
  readonly signal: AbortSignal;
  readonly progressed: (perCent: number) => void;
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** As a name in an archive that unpacks everywhere. */
const nameInArchive = ({ id, name }: StoredFile): string =>
  `files/${id}/${name.replace(/[<>:"|?*\\/]/g, '_')}`;

const withoutKeys = (own: OwnFile): object => {
  const { ownerId: _, thumbnailSha256: __, storageKey: ___, ...file } = own;
  return { ...file, path: nameInArchive(own) };
};

/** Writes all there is of a person as a ZIP. @throws what broke it off: a part of it may be written then */
export async function writeArchive(sources: Sources, making: Making): Promise<void> {
  const zip = new ZipWriter(making.out, making.signal);
  try {
    await writeTexts(zip, sources, making);
    await writeFiles(zip, sources, making);
    await zip.end();
  } catch (error) {
    await zip.breakOff();
    throw error;
  }
}

async function writeTexts(zip: ZipWriter, sources: Sources, { userId, progressed }: Making): Promise<void> {
  const { database, avatars } = sources;
  const { reader } = database;
  const row = await findOwnProfile(reader, userId);
  if (!row) throw new Error('the account is gone');
  const mine = new Belongings(database, userId);
  await zip.addText('README.txt', README);
  await zip.addText(
    'profile.json',
    asJson({ ...presentOwnProfile(row), lastSeenAt: await lastSeenAt(reader, userId) }),
  );
  await zip.addText('settings.json', asJson(presentSettings(row)));
  await zip.addText('sessions.json', asJson(await sessionsOf(reader, userId)));
  const telegram = await telegramOf(reader, userId);
  if (telegram) await zip.addText('telegram.json', asJson(telegram));
  if (row.avatarKey) {
    const picture = await avatars.read(`${row.avatarKey}.webp`).catch(() => null);
    if (picture) await zip.addBytes('avatar.webp', picture);
  }
  const lists = {
    'blocks.json': () => mine.blocks(),
    'conversations.json': () => mine.conversations(),
    'invites.json': () => mine.invites(),
    'reports.json': () => mine.reports(),
    'hidden-messages.json': () => mine.hidden(),
    'reactions.json': () => mine.reactions(),
    'messages.json': () => mine.messages(),
    'files.json': () => described(mine.files()),
  };
  let written = 0;
  for (const [name, read] of Object.entries(lists)) {
    await zip.addList(name, read());
    written += 1;
    progressed(Math.floor((TEXTS_SHARE * written) / Object.keys(lists).length));
  }
}

async function* described(files: AsyncIterable<OwnFile>): AsyncGenerator<object> {
  for await (const file of files) yield withoutKeys(file);
}

async function writeFiles(zip: ZipWriter, sources: Sources, { userId, progressed }: Making): Promise<void> {
  const { database, storage } = sources;
  const total = Math.max(await bytesOf(database.reader, userId), 1);
  let done = 0;
  for await (const file of new Belongings(database, userId).files()) {
    const bytes = await storage.open(file.storageKey).catch((error: unknown) => {
      // Removed a moment ago, or lost: what there is goes into the archive all the same.
      if (error instanceof MissingObject) return null;
      throw error;
    });
    // What is uploaded is mostly compressed already.
    if (bytes) await zip.add(nameInArchive(file), bytes, { size: file.size, compress: false });
    done += file.size;
    progressed(Math.min(TEXTS_SHARE + Math.floor(((MOST - TEXTS_SHARE) * done) / total), MOST));
  }
}
