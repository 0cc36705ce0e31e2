import type { Conversation } from '../../contracts/conversations';
import { AppError, errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import { avatarUrlOf } from '../avatars/avatar-url';
import type { AvatarsService } from '../avatars/avatars.service';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationAccess } from './access';
import { may } from './conversations.policy';
import type { ConversationsService } from './conversations.service';
import { changeConversation, conversationUpdated, detailsOf } from './details.queries';
import { mustBeAllowed, type OwnedKind } from './places';
import { rosterOf } from './roster.queries';

interface Dependencies {
  readonly access: ConversationAccess;
  readonly conversations: ConversationsService;
  readonly writer: MessageWriter;
  readonly avatars: AvatarsService;
}

/** The pictures of groups and channels. The new file is there before the row names it, the old one goes after. */
export class PictureService {
  constructor(private readonly deps: Dependencies) {}

  /** @throws not_found, forbidden, unsupported_media_type, validation_failed for too many pixels, unavailable */
  async change(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    picture: Buffer,
  ): Promise<Conversation> {
    const { access, conversations, avatars } = this.deps;
    // The act decides; whoever may not is not worth the work of reading a picture.
    const { role } = await access.member(caller, kind, conversationId);
    if (!may(kind, role, 'edit')) throw errors.forbidden();
    const avatarKey = await avatars.store(picture);
    await this.show(caller, kind, conversationId, avatarKey).catch(async (error: unknown) => {
      // When nobody knows whether the row names it, the sweep finds out.
      if (error instanceof AppError && error.code !== 'unavailable') await avatars.discard(avatarKey);
      throw error;
    });
    return conversations.get(caller, kind, conversationId);
  }

  /** @throws not_found, forbidden */
  async remove(caller: Identity, kind: OwnedKind, conversationId: string): Promise<void> {
    await this.show(caller, kind, conversationId, null);
  }

  private async show(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    avatarKey: string | null,
  ): Promise<void> {
    const before = await this.deps.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'edit');
        const { avatarKey: shown } = await detailsOf(scene);
        if (shown === avatarKey) return { result: null, events: [] };
        await changeConversation(scene, { avatarKey });
        return {
          result: shown,
          events: [conversationUpdated(scene, { avatarUrl: avatarUrlOf(avatarKey) })],
        };
      },
    });
    if (before) await this.deps.avatars.discard(before);
  }
}
