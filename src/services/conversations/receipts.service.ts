import type { MessageReceipts } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import { messageById } from '../messages/messages.queries';
import type { ConversationAccess } from './access';
import { viewsOf } from './views';

/** Who has a message: derived from the watermarks, never stored per message. */
export class ReceiptsService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
  ) {}

  /** @throws not_found */
  async of(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    messageId: string,
  ): Promise<MessageReceipts> {
    const membership = await this.access.member(caller, kind, conversationId);
    const message = await messageById(this.database.reader, conversationId, messageId, caller.userId);
    if (!message || message.seq <= membership.clearedUptoSeq) throw errors.notFound('message');
    const [view] = await viewsOf(this.database.reader, [membership]);
    return {
      items: (view?.receipts ?? [])
        .filter(({ userId }) => userId !== message.senderId)
        .map(({ userId, deliveredSeq, readSeq }) => ({
          userId,
          delivered: deliveredSeq >= message.seq,
          read: readSeq >= message.seq,
        })),
    };
  }
}
