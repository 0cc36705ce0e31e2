import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import { may, mayTouch } from '../conversations/conversations.policy';
import { isIn, rosterOf } from '../conversations/roster.queries';
import { nextVersion, type Done, type Scene } from './act';
import { eraseMessage } from './deletion.queries';
import type { MessageWriter } from './message-writer';
import { subjectOf, type Asked, type Found, type MessagePlace, type Subject } from './subject';

/** Who may delete for everyone: the author at any time, and whoever may delete anything: of those below them, and of those who left. */
async function mustMayDelete(scene: Scene, { message, entry }: Found): Promise<void> {
  if (message.type === 'system') throw errors.forbidden();
  if (message.senderId === entry.userId) return;
  if (!may(scene.conversation.kind, entry.role, 'deleteAny')) throw errors.forbidden();
  const author = (await rosterOf(scene, [message.senderId])).get(message.senderId);
  if (isIn(author) && !mayTouch(entry.role, author.role)) throw errors.forbidden();
}

async function erase(scene: Scene, asked: Asked): Promise<Done<undefined>> {
  const found = await subjectOf(scene, asked, null);
  await mustMayDelete(scene, found);
  return found.message.deletedAt ? { result: undefined, events: [] } : makeTombstone(scene, found.message);
}

/** Of a message that is not deleted yet. */
export async function makeTombstone(
  scene: Scene,
  { id, seq }: Pick<Subject, 'id' | 'seq'>,
): Promise<Done<undefined>> {
  const { id: conversationId, kind, lastSeq } = scene.conversation;
  const version = nextVersion(scene);
  await eraseMessage(scene, seq, version);
  const about = { conversationId, kind, lastSeq, id, seq, version };
  return { result: undefined, events: [['message.deleted', { ...about, deletedAt: scene.now }]] };
}

/** Deletes messages for everyone; a tombstone stays in their place. */
export class MessageDeletionService {
  constructor(private readonly writer: MessageWriter) {}

  /** What is deleted already stays so. @throws not_found, forbidden */
  async deleteForEveryone(
    { userId }: Identity,
    { kind, conversationId, messageId }: MessagePlace,
  ): Promise<void> {
    const asked = { userId, kind, messageId };
    await this.writer.act({ conversationId, apply: (scene) => erase(scene, asked) });
  }
}
