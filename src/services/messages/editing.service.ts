import type { Message } from '../../contracts/messages';
import { errors } from '../../helpers/errors';
import { codePoints } from '../../helpers/text';
import type { Identity } from '../accounts/identity';
import { nextVersion, type Done, type NamedEvent, type Scene } from './act';
import { hasFiles } from './attachments.policy';
import { refusalToEdit } from './editing.policy';
import { mentionAnew } from './mentioning';
import { presentMentions } from './message.presenter';
import type { MessageWriter } from './message-writer';
import type { MessagesService } from './messages.service';
import { insertRevision } from './revisions.queries';
import { isBlockedChat, subjectOf, type Asked, type MessagePlace } from './subject';

interface Dependencies {
  readonly messages: MessagesService;
  readonly writer: MessageWriter;
  readonly maxLength: number;
  /** 0: nobody edits anything */
  readonly windowSeconds: number;
}

/** What a message says is changed by its author; what it said before is kept. */
export class EditingService {
  constructor(private readonly dependencies: Dependencies) {}

  /** @throws validation_failed, not_found, forbidden, blocked, gone, edit_window_closed */
  async edit(caller: Identity, place: MessagePlace, content: string): Promise<Message> {
    const { messages, writer, maxLength } = this.dependencies;
    const { kind, conversationId, messageId } = place;
    if (codePoints(content) > maxLength)
      throw errors.validationFailed([
        { path: 'content', message: `must have at most ${maxLength} characters` },
      ]);
    const asked = { userId: caller.userId, kind, messageId };
    await writer.act({ conversationId, apply: (scene) => this.apply(scene, asked, content) });
    return messages.one(caller, kind, conversationId, messageId);
  }

  private async apply(scene: Scene, asked: Asked, content: string): Promise<Done<undefined>> {
    const { userId } = asked;
    const { message, entry } = await subjectOf(scene, asked, 'post');
    const blocked = await isBlockedChat(scene);
    const { windowSeconds } = this.dependencies;
    const refusal = refusalToEdit({ message, userId, blocked, windowSeconds }, scene.now);
    if (refusal) throw refusal;
    if (content === '' && !hasFiles(message))
      throw errors.validationFailed([{ path: 'content', message: 'must not be blank' }]);
    if (message.content === null || message.content === content) return { result: undefined, events: [] };

    const { sql, conversation, now: editedAt } = scene;
    const { id: conversationId, kind, lastSeq } = conversation;
    const { id, seq, version: lastVersion, createdAt } = message;
    const writtenAt = message.editedAt ?? createdAt;
    await insertRevision(
      sql,
      { conversationId, seq },
      { version: lastVersion, content: message.content, writtenAt },
    );
    const { userIds, everybody } = await mentionAnew(scene, message, { content, role: entry.role });
    const version = nextVersion(scene);
    await sql.execute(
      `UPDATE message SET content = ?, editedAt = ?, mentionsAll = ?, version = ? WHERE conversationId = ? AND seq = ?`,
      [content, editedAt, Number(everybody), version, conversationId, seq],
    );
    const about = { conversationId, kind, lastSeq, id, seq, version };
    const mentions = presentMentions(userIds, everybody);
    const edited: NamedEvent = ['message.edited', { ...about, content, editedAt, mentions }];
    return { result: undefined, events: [edited] };
  }
}
