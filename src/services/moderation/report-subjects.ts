import type { ReportContext, ReportedMessage, ReportTarget } from '../../contracts/reports';
import type { Database } from '../../database/database';
import { AppError, errors } from '../../helpers/errors';
import { wholeCharacters } from '../../helpers/text';
import { usersByIds } from '../accounts';
import type { Identity } from '../accounts/identity';
import { conversationOfMessage } from '../admin/conversations.queries';
import type { ConversationAccess, Reading } from '../conversations/access';
import type { ConversationRow } from '../conversations/membership';
import { conversationById } from '../conversations/membership.queries';
import { pairOf } from '../conversations/pair';
import { messagesBetween, type MessageRow } from '../messages/messages.queries';
import type { MessagesService } from '../messages/messages.service';
import type { Target } from './report';
import { pairKeyOfChat } from './reports.queries';

/** What is reported, as the reporter sees it. */
export interface Reported {
  readonly subjectId: string | null;
  readonly context: ReportContext;
}

/** Messages kept on either side of one that is reported. */
const NEIGHBOURS = 5;
/** UTF-16 units of each of their texts. */
const NEIGHBOUR_TEXT = 4_000;
const END = 2_147_483_647;

const conversationContext = ({ id, kind, title, description, handle }: ConversationRow) => ({
  ...{ id, kind, title, description, handle },
});

const messageContext = (row: MessageRow): ReportedMessage => ({
  id: row.id,
  seq: row.seq,
  senderId: row.senderId,
  type: row.type,
  content: row.deletedAt ? null : row.content,
  attachments: row.standing.files.map(({ id, name, kind, mimeType, size }) => ({
    ...{ id, name, kind, mimeType, size },
  })),
  createdAt: row.createdAt.toISOString(),
  editedAt: row.editedAt?.toISOString() ?? null,
});

const neighbour = (row: MessageRow): ReportedMessage => {
  const message = messageContext(row);
  return {
    ...message,
    content: message.content === null ? null : wholeCharacters(message.content, NEIGHBOUR_TEXT),
  };
};

const refuseOwn = (what: string): AppError =>
  errors.validationFailed([{ path: 'body.targetId', message: `must be ${what}` }]);

/** Finds what somebody wants to report, if they may see it. */
export class ReportSubjects {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
    private readonly messages: MessagesService,
  ) {}

  /** @throws not_found, the same for what is not there and for what they may not see; validation_failed for their own */
  async find(caller: Identity, { targetType, targetId }: Target): Promise<Reported> {
    return this.see(caller, targetType, targetId).catch((error: unknown) => {
      // What kind of conversation it is in is nothing to tell.
      throw error instanceof AppError && error.code === 'not_found' ? errors.notFound(targetType) : error;
    });
  }

  private see(caller: Identity, targetType: ReportTarget, targetId: string): Promise<Reported> {
    if (targetType === 'user') return this.user(caller, targetId);
    return targetType === 'message' ? this.message(caller, targetId) : this.conversation(caller, targetId);
  }

  private async user(caller: Identity, userId: string): Promise<Reported> {
    if (userId === caller.userId) throw refuseOwn('somebody else');
    const user = (await usersByIds(this.database.reader, [userId])).get(userId);
    if (!user || user.deleted) throw errors.notFound('user');
    const { username, displayName, bio } = user;
    return { subjectId: userId, context: { user: { username, displayName, bio } } };
  }

  private async conversation(caller: Identity, conversationId: string): Promise<Reported> {
    const { conversation } = await this.readable(caller, conversationId);
    return {
      subjectId: conversation.ownerId ?? (await this.peer(caller, conversationId)),
      context: { conversation: conversationContext(conversation) },
    };
  }

  private async message(caller: Identity, messageId: string): Promise<Reported> {
    const { reader } = this.database;
    const conversationId = await conversationOfMessage(reader, messageId);
    if (conversationId === null) throw errors.notFound('message');
    const { conversation, clearedUptoSeq } = await this.readable(caller, conversationId);
    const { message } = await this.messages.visible(caller, conversation.kind, conversationId, messageId);
    if (message.deletedAt) throw errors.notFound('message');
    if (message.type === 'system') throw refuseOwn('what a person has said');
    if (message.senderId === caller.userId) throw refuseOwn("somebody else's message");
    const here = { conversationId, viewerId: caller.userId };
    const [before, after] = await Promise.all([
      messagesBetween(reader, { ...here, above: clearedUptoSeq, below: message.seq }, 'newest', NEIGHBOURS),
      messagesBetween(reader, { ...here, above: message.seq, below: END }, 'oldest', NEIGHBOURS),
    ]);
    return {
      subjectId: message.senderId,
      context: {
        conversation: conversationContext(conversation),
        before: before.reverse().map(neighbour),
        message: messageContext(message),
        after: after.map(neighbour),
      },
    };
  }

  private async readable(caller: Identity, conversationId: string): Promise<Reading> {
    const conversation = await conversationById(this.database.reader, conversationId);
    if (!conversation) throw errors.notFound('conversation');
    return this.access.reader(caller, conversation.kind, conversationId);
  }

  private async peer({ userId }: Identity, conversationId: string): Promise<string | null> {
    const pairKey = await pairKeyOfChat(this.database.reader, conversationId);
    return pairKey === null ? null : (pairOf(pairKey).find((id) => id !== userId) ?? null);
  }
}
