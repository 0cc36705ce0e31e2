import type { Conversation, Visibility } from '../../contracts/conversations';
import { isUniqueViolation } from '../../database/failures';
import { errors } from '../../helpers/errors';
import type { Identity } from '../accounts/identity';
import type { NamedEvent, Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import type { ConversationsService } from './conversations.service';
import { changeConversation, conversationUpdated, detailsOf } from './details.queries';
import { mustBeAllowed, type OwnedKind } from './places';
import { rosterOf } from './roster.queries';
import { tellInConversation } from './system-messages';

/** What a person asks to be changed; what is not there stays. */
export interface DetailChanges {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly slowModeSeconds?: number | undefined;
  readonly retentionDays?: number | null | undefined;
  /** of channels, as what follows */
  readonly handle?: string | null | undefined;
  readonly visibility?: Visibility | undefined;
  readonly signed?: boolean | undefined;
}

interface RealChanges {
  readonly title?: string;
  readonly description?: string | null;
  readonly slowModeSeconds?: number;
  readonly retentionDays?: number | null;
  readonly handle?: string | null;
  readonly visibility?: Visibility;
  readonly signed?: boolean;
}

/** Those of the asked changes that change something. An empty description is none. */
async function realChanges(scene: Scene, asked: DetailChanges): Promise<RealChanges> {
  const now = await detailsOf(scene);
  const wanted = { ...asked, ...(asked.description === '' && { description: null }) };
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => value !== undefined && value !== now[name as keyof DetailChanges],
    ),
  );
}

/** What groups and channels are called and how they work. */
export class DetailsService {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly writer: MessageWriter,
  ) {}

  /** @throws not_found, forbidden, handle_taken */
  async change(
    caller: Identity,
    kind: OwnedKind,
    conversationId: string,
    asked: DetailChanges,
  ): Promise<Conversation> {
    await this.writer.act({
      conversationId,
      apply: async (scene) => {
        const roster = await rosterOf(scene, [caller.userId]);
        mustBeAllowed(scene, kind, roster.get(caller.userId), 'edit');
        const changes = await realChanges(scene, asked);
        if (Object.keys(changes).length === 0) return { result: undefined, events: [] };
        await store(scene, changes);
        const events: NamedEvent[] = [conversationUpdated(scene, changes)];
        const { title } = changes;
        if (kind === 'group' && title !== undefined)
          events.push(
            await tellInConversation(scene, {
              action: 'title',
              actorId: caller.userId,
              targetIds: [],
              title,
            }),
          );
        return { result: undefined, events };
      },
    });
    return this.conversations.get(caller, kind, conversationId);
  }
}

async function store(scene: Scene, changes: RealChanges): Promise<void> {
  try {
    await changeConversation(scene, changes);
  } catch (error) {
    if (isUniqueViolation(error)) throw errors.handleTaken();
    throw error;
  }
}
