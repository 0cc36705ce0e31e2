import type { Message } from '../../contracts/messages';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import { tellInConversation } from '../conversations/system-messages';
import { nextVersion, type Done, type NamedEvent, type Scene } from './act';
import type { MessageWriter } from './message-writer';
import { MOST_PINS, type MessagesService } from './messages.service';
import { countPins, setPin } from './pins.queries';
import { isBlockedChat, subjectOf, type Asked, type MessagePlace, type Subject } from './subject';

const UNCHANGED: Done<undefined> = { result: undefined, events: [] };

/** @throws not_found, forbidden, blocked */
async function pinnable(scene: Scene, asked: Asked): Promise<Subject> {
  const { message } = await subjectOf(scene, asked, 'pin');
  if (message.type === 'system') throw errors.forbidden();
  if (await isBlockedChat(scene)) throw errors.blocked();
  return message;
}

async function change(scene: Scene, { id, seq }: Subject, pinnedAt: Date | null): Promise<NamedEvent> {
  const { id: conversationId, kind, lastSeq } = scene.conversation;
  const version = nextVersion(scene);
  await setPin(scene, seq, { pinnedAt, version });
  return ['message.pinned', { conversationId, kind, lastSeq, id, seq, version, pinnedAt }];
}

async function pin(scene: Scene, asked: Asked): Promise<Done<undefined>> {
  const message = await pinnable(scene, asked);
  if (message.deletedAt) throw errors.gone('The message was deleted');
  if (message.pinnedAt) return UNCHANGED;
  if ((await countPins(scene)) >= MOST_PINS)
    throw errors.limitReached(`A conversation has at most ${MOST_PINS} pinned messages`);
  const events = [await change(scene, message, scene.now)];
  if (scene.conversation.kind !== 'channel') {
    const note = { action: 'pinned', actorId: asked.userId, targetIds: [], messageId: message.id } as const;
    events.push(await tellInConversation(scene, { ...note, targetIds: [] }));
  }
  return { result: undefined, events };
}

async function unpin(scene: Scene, asked: Asked): Promise<Done<undefined>> {
  const message = await pinnable(scene, asked);
  return message.pinnedAt ? { result: undefined, events: [await change(scene, message, null)] } : UNCHANGED;
}

/** What a conversation keeps at hand. */
export class PinsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly writer: MessageWriter,
  ) {}

  /** Tells it in the conversation, but for channels. @throws not_found, forbidden, blocked, gone, limit_reached */
  pin(caller: Identity, place: MessagePlace): Promise<Message> {
    return this.perform(caller, place, pin);
  }

  /** @throws not_found, forbidden, blocked */
  unpin(caller: Identity, place: MessagePlace): Promise<Message> {
    return this.perform(caller, place, unpin);
  }

  private async perform(
    caller: Identity,
    { kind, conversationId, messageId }: MessagePlace,
    act: (scene: Scene, asked: Asked) => Promise<Done<undefined>>,
  ): Promise<Message> {
    const asked = { userId: caller.userId, kind, messageId };
    await this.writer.act({ conversationId, apply: (scene) => act(scene, asked) });
    return this.messages.one(caller, kind, conversationId, messageId);
  }
}
