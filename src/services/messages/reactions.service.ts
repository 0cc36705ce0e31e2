import type { ConversationKind, Message } from '../../contracts/messages';
import { qualifiedEmoji } from '../../helpers/emoji';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import { nextVersion, type NamedEvent, type Scene } from './act';
import type { MessageWriter } from './message-writer';
import type { MessagesService } from './messages.service';
import { tellLater } from './reaction-teller';
import { addReaction, countsOf, hasReacted, takeReaction, type OwnReaction } from './reactions.queries';
import { isBlockedChat, setVersion, subjectOf, type Subject } from './subject';

/** Different emoji at one message. */
export const MOST_KINDS = 20;

interface Place {
  readonly kind: ConversationKind;
  readonly conversationId: string;
  readonly messageId: string;
}

interface Change extends OwnReaction {
  readonly added: boolean;
  readonly count: number;
}

/** What people think of a message, by one emoji each: one of each per person. */
export class ReactionsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly writer: MessageWriter,
  ) {}

  /** @throws validation_failed, not_found, forbidden, blocked, gone, limit_reached */
  react(caller: Identity, place: Place, emoji: string): Promise<Message> {
    return this.change(caller, place, emoji, async (scene, reaction) => {
      if (await isBlockedChat(scene)) throw errors.blocked();
      const counts = await countsOf(scene, reaction.seq);
      const before = counts.find((one) => one.emoji === reaction.emoji)?.count ?? 0;
      if (before > 0 && (await hasReacted(scene, reaction))) return null;
      if (before === 0 && counts.length >= MOST_KINDS)
        throw errors.limitReached(`A message has at most ${MOST_KINDS} different reactions`);
      const position = (counts.at(-1)?.position ?? 0) + 1;
      return { ...reaction, added: true, count: await addReaction(scene, reaction, { before, position }) };
    });
  }

  /** @throws validation_failed, not_found, forbidden, gone */
  unreact(caller: Identity, place: Place, emoji: string): Promise<Message> {
    return this.change(caller, place, emoji, async (scene, reaction) => {
      if (!(await hasReacted(scene, reaction))) return null;
      const counts = await countsOf(scene, reaction.seq);
      const before = counts.find((one) => one.emoji === reaction.emoji)?.count ?? 0;
      return { ...reaction, added: false, count: await takeReaction(scene, reaction, before) };
    });
  }

  private async change(
    caller: Identity,
    { kind, conversationId, messageId }: Place,
    text: string,
    apply: (scene: Scene, reaction: OwnReaction) => Promise<Change | null>,
  ): Promise<Message> {
    const emoji = qualifiedEmoji(text);
    if (emoji === null)
      throw errors.validationFailed([{ path: 'params.emoji', message: 'must be one emoji' }]);
    const { userId } = caller;
    await this.writer.act({
      conversationId,
      apply: async (scene) => {
        const { message } = await subjectOf(scene, { userId, kind, messageId }, 'react');
        if (message.type === 'system') throw errors.forbidden();
        if (message.deletedAt) throw errors.gone('The message was deleted');
        const change = await apply(scene, { seq: message.seq, emoji, userId });
        return { result: undefined, events: change ? await told(scene, message, change) : [] };
      },
    });
    return this.messages.one(caller, kind, conversationId, messageId);
  }
}

/** In a channel thousands react at once: they are counted now, and told of together. */
async function told(scene: Scene, { id, seq }: Subject, change: Change): Promise<NamedEvent[]> {
  const { id: conversationId, kind, lastSeq } = scene.conversation;
  if (kind === 'channel') return [await tellLater(scene, seq)];
  const version = nextVersion(scene);
  await setVersion(scene, seq, version);
  return [['reaction.changed', { conversationId, kind, lastSeq, version, id, ...change }]];
}
