import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus } from '../domain-events';
import { nextVersion, type Done, type NamedEvent, type Scene } from './act';
import type { MessageWriter } from './message-writer';
import {
  noteUntold,
  setVersions,
  takeUntold,
  TOLD_AT_ONCE,
  untoldConversations,
} from './untold-reactions.queries';

/** Milliseconds over which a channel's reactions are told together. */
const COALESCE_MS = 1_000;

/** Inside the act that changes a channel's reactions: it is told later. */
export async function tellLater(scene: Scene, seq: number): Promise<NamedEvent> {
  await noteUntold(scene, seq);
  return ['reactions.untold', { conversationId: scene.conversation.id }];
}

interface Dependencies {
  readonly database: Database;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
}

/**
 * Tells of the reactions in channels, once a second and message at most, and gives them their `version` then: a follower hears every
 * version, and not thousands of them. That something is untold is stored with the reaction: after a crash it is told, too.
 */
export class ReactionTeller {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(private readonly deps: Dependencies) {
    deps.bus.on('reactions.untold', ({ conversationId }) => this.soon(conversationId));
  }

  /** What was left untold, here or by another process. */
  async sweep(): Promise<void> {
    for (const conversationId of await untoldConversations(this.deps.database.reader))
      this.soon(conversationId);
  }

  close(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
  }

  private soon(conversationId: string): void {
    if (this.waiting.has(conversationId)) return;
    const timer = setTimeout(() => {
      this.waiting.delete(conversationId);
      void this.tell(conversationId);
    }, COALESCE_MS);
    this.waiting.set(conversationId, timer);
  }

  /** Never rejects: what could not be told now stays noted, and the sweep finds it. */
  private async tell(conversationId: string): Promise<void> {
    const { writer, logger } = this.deps;
    try {
      const more = await writer.act({ conversationId, apply: tellUntold });
      if (more) this.soon(conversationId);
    } catch (error) {
      logger.warn({ err: error }, 'the reactions of a channel could not be told');
    }
  }
}

/** @returns whether there may be more of them than are told at once */
async function tellUntold(scene: Scene): Promise<Done<boolean>> {
  const { id: conversationId, kind, lastSeq } = scene.conversation;
  const untold = (await takeUntold(scene)).map((message) => ({ ...message, version: nextVersion(scene) }));
  await setVersions(scene, untold);
  const events = untold.map(({ id, seq, version, counts }): NamedEvent => {
    return ['reactions.counted', { conversationId, kind, lastSeq, id, seq, version, counts }];
  });
  return { result: untold.length === TOLD_AT_ONCE, events };
}
