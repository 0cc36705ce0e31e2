import type { RevisionPage } from '../../contracts/message-commands';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { ConversationAccess } from '../conversations/access';
import { may } from '../conversations/conversations.policy';
import type { MessagesService } from './messages.service';
import { revisionsOf } from './revisions.queries';
import type { MessagePlace } from './subject';

interface Paging {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** What messages said before they were edited. */
export class RevisionsService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
    private readonly messages: MessagesService,
  ) {}

  /** For the author, and whoever may delete it; latest first. @throws validation_failed, not_found, forbidden */
  async of(
    caller: Identity,
    { kind, conversationId, messageId }: MessagePlace,
    { cursor, limit }: Paging,
  ): Promise<RevisionPage> {
    const { membership } = await this.access.reader(caller, kind, conversationId);
    const { message } = await this.messages.visible(caller, kind, conversationId, messageId);
    const mayDelete = membership !== null && may(kind, membership.role, 'deleteAny');
    if (message.senderId !== caller.userId && !mayDelete) throw errors.forbidden();
    const below = cursor === undefined ? null : Number(decodeCursor(cursor, ['count'])[0]);
    const rows = await revisionsOf(this.database.reader, message, below, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      items: page.map(({ content, writtenAt }) => ({ content, writtenAt: writtenAt.toISOString() })),
      nextCursor: last ? encodeCursor(last.version) : null,
    };
  }
}
