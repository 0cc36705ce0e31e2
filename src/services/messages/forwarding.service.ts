import type { Forwarded, ForwardBody } from '../../contracts/message-commands';
import type { ConversationKind, SentMessage } from '../../contracts/messages';
import { presentRefusal } from '../../contracts/problem';
import type { Database } from '../../database/database';
import { AppError, errors } from '../../helpers/errors';
import { sha256 } from '../../helpers/hashing';
import type { Identity } from '../accounts/identity';
import { kindsOf } from '../conversations/conversations.queries';
import { limitFor, type Limits } from '../limits/limits';
import { hasFiles } from './attachments.policy';
import { attachedAt } from './attachments.queries';
import { mustBeForwardable, originOf } from './forwarding.policy';
import type { MessagesService } from './messages.service';

type Target = ForwardBody['to'][number];

/** A message's way on to other conversations: the same words and files, by somebody else. */
export class ForwardingService {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesService,
    private readonly limits: Limits,
  ) {}

  /**
   * Each target is a message of its own: counted, allowed or refused, and under its own key. It names nobody: who is called by the words
   * was called where they were written.
   * @throws not_found, forbidden, gone
   */
  async forward(
    caller: Identity,
    kind: ConversationKind,
    conversationId: string,
    messageId: string,
    targets: readonly Target[],
  ): Promise<Forwarded> {
    const { message, conversation } = await this.messages.visible(caller, kind, conversationId, messageId);
    mustBeForwardable(message);
    const { reader } = this.database;
    const [kinds, attached] = await Promise.all([
      kindsOf(
        reader,
        targets.map((target) => target.conversationId),
      ),
      attachedAt(reader, hasFiles(message) ? [message] : []),
    ]);
    if (hasFiles(message) && attached.length === 0) throw errors.gone('The message was deleted');
    const said = {
      type: message.type,
      content: message.content ?? '',
      fileIds: attached.map(({ file }) => file.id),
      requestHash: sha256(JSON.stringify(['forward', messageId])),
      replyTo: null,
      names: { usernameKeys: [], everybody: false },
      forwardedFrom: JSON.stringify(originOf(message, conversation)),
      originSocketId: undefined,
    };
    const send = async (target: Target): Promise<SentMessage> => {
      await this.limits.consume(limitFor('message', caller), `user:${caller.userId}`, { tell: caller.tell });
      const targetKind = kinds.get(target.conversationId);
      if (!targetKind) throw errors.notFound('conversation');
      const { clientMessageId } = target;
      return this.messages.deliver(caller, {
        ...said,
        conversationId: target.conversationId,
        kind: targetKind,
        clientMessageId,
      });
    };
    return { items: await Promise.all(targets.map((target) => outcomeOf(target, send(target)))) };
  }
}

async function outcomeOf(
  { conversationId }: Target,
  sending: Promise<SentMessage>,
): Promise<Forwarded['items'][number]> {
  try {
    return { conversationId, message: await sending };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { conversationId, error: presentRefusal(error) };
  }
}
