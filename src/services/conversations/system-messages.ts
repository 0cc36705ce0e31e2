import type { SystemNote } from '../../contracts/messages';
import { newId } from '../../helpers/ids';
import { sha256 } from '../../helpers/hashing';
import { nextVersion, type NamedEvent, type Scene } from '../messages/act';
import type { StoredMessage } from '../messages/message';
import { presentMessage } from '../messages/message.presenter';
import { insertMessages } from '../messages/writer.queries';

/**
 * Writes down in the conversation what somebody did there: a message of type `system`.
 * @returns the event that tells of it
 */
export async function tellInConversation(
  scene: Scene,
  note: SystemNote & { readonly actorId: string },
): Promise<NamedEvent> {
  const { sql, conversation, now } = scene;
  const id = newId();
  const content = JSON.stringify(note);
  conversation.lastSeq += 1;
  conversation.lastActivityAt = now;
  const message: StoredMessage = {
    conversationId: conversation.id,
    kind: conversation.kind,
    signed: conversation.signed,
    seq: conversation.lastSeq,
    id,
    version: nextVersion(scene),
    senderId: note.actorId,
    type: 'system',
    content,
    clientMessageId: id,
    requestHash: sha256(content),
    createdAt: now,
    editedAt: null,
    deletedAt: null,
    pinnedAt: null,
    replyToSeq: null,
    mentionsAll: false,
    forwardedFrom: null,
  };
  await sql.execute(...insertMessages([message]));
  return ['message.sent', { message: presentMessage(message), originSocketId: undefined }];
}
