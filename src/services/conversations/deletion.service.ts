import type { Database } from '../../database/database';
import type { Identity } from '../accounts/identity';
import type { AvatarsService } from '../avatars/avatars.service';
import { nextVersion, type Done, type Scene } from '../messages/act';
import { releaseOldest } from '../files/file.queries';
import type { MessageWriter } from '../messages/message-writer';
import { tellOfConversation } from '../webhooks/conversations';
import { deletedWithMessages, markEmpty, oldestSeq, removeBelow, takeAway } from './deletion.queries';
import { detailsOf } from './details.queries';
import { mustBeAllowed, type OwnedKind } from './places';
import { rosterOf } from './roster.queries';

/** Messages a statement: short locks. */
const BATCH = 500;
/** Statements a conversation, and conversations a sweep: what is left waits for the next one. */
const MAX_BATCHES = 40;
const MAX_CONVERSATIONS = 20;

/** A conversation goes, for everybody. @returns its picture, to be discarded */
export async function dissolve(scene: Scene): Promise<Done<string | null>> {
  const { id: conversationId, kind } = scene.conversation;
  const details = kind === 'chat' ? null : await detailsOf(scene);
  const picture = details?.avatarKey ?? null;
  const version = nextVersion(scene);
  if (kind !== 'chat') await tellOfConversation(scene, 'conversation.deleted', details?.title);
  await takeAway(scene, version);
  return { result: picture, events: [['conversation.deleted', { conversationId, kind, version }]] };
}

/** Groups and channels go, for everybody. */
export class DeletionService {
  constructor(
    private readonly database: Database,
    private readonly writer: MessageWriter,
    private readonly avatars: AvatarsService,
  ) {}

  /** @throws not_found, forbidden */
  async delete(caller: Identity, kind: OwnedKind, conversationId: string): Promise<void> {
    const picture = await this.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'delete');
        return dissolve(scene);
      },
    });
    if (picture) await this.avatars.discard(picture);
  }

  /** Removes what was said in deleted ones, some thousand messages at a time. Safe to run anywhere at any time. */
  async sweep(): Promise<void> {
    const { writer } = this.database;
    for (const id of await deletedWithMessages(writer, MAX_CONVERSATIONS)) {
      let batches = 0;
      while (batches < MAX_BATCHES && (await this.removeOldest(id))) batches += 1;
      if (batches < MAX_BATCHES) await markEmpty(writer, id);
    }
  }

  /** Their files first, which other messages may have, too. @returns whether there were any messages */
  private async removeOldest(conversationId: string): Promise<boolean> {
    const { writer, dialect } = this.database;
    const oldest = await oldestSeq(writer, conversationId);
    if (oldest === null) return false;
    const below = oldest + BATCH;
    await this.database.transaction((db) =>
      releaseOldest(db, dialect, { conversationId, below }, new Date()),
    );
    await removeBelow(writer, conversationId, below);
    return true;
  }
}
