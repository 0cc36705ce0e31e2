import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { recordActAudit } from '../audit/record';
import type { AvatarsService } from '../avatars/avatars.service';
import { dissolve } from '../conversations/deletion.service';
import { detailsOf } from '../conversations/details.queries';
import { makeTombstone } from '../messages/deletion.service';
import type { MessageWriter } from '../messages/message-writer';
import { mayStillAct } from './acting';
import type { Admin } from './admin';
import { conversationOfMessage, messageHere } from './conversations.queries';

/** Admins take away what must not be there, in the order of everything else that happens in a conversation. */
export class RemovalsService {
  constructor(
    private readonly database: Database,
    private readonly writer: MessageWriter,
    private readonly avatars: AvatarsService,
  ) {}

  /** Of groups and channels. @throws not_found; forbidden, unauthenticated */
  async removeConversation(admin: Admin, conversationId: string): Promise<void> {
    const picture = await this.writer.act({
      conversationId,
      apply: async (scene) => {
        await mayStillAct(scene, admin);
        const { kind, memberCount } = scene.conversation;
        if (kind === 'chat') throw errors.notFound('conversation');
        const { title } = await detailsOf(scene);
        await recordActAudit(scene.sql, {
          actor: admin,
          action: 'conversation.deleted',
          targetType: 'conversation',
          targetId: conversationId,
          before: { kind, title, memberCount },
        });
        return dissolve(scene);
      },
    });
    if (picture) await this.avatars.discard(picture);
  }

  /** In private chats, too: whoever has its id was told of it. @throws not_found; unauthenticated; forbidden, also for what the server itself has said */
  async removeMessage(admin: Admin, messageId: string): Promise<void> {
    const conversationId = await conversationOfMessage(this.database.reader, messageId);
    if (conversationId === null) throw errors.notFound('message');
    await this.writer.act({
      conversationId,
      apply: async (scene) => {
        await mayStillAct(scene, admin);
        const message = await messageHere(scene, messageId);
        if (!message) throw errors.notFound('message');
        const { senderId, type, deletedAt } = message;
        if (type === 'system') throw errors.forbidden();
        if (deletedAt) return { result: undefined, events: [] };
        await recordActAudit(scene.sql, {
          actor: admin,
          action: 'message.deleted',
          targetType: 'message',
          targetId: messageId,
          before: { conversationId, senderId, type },
        });
        return makeTombstone(scene, message);
      },
    });
  }
}
