import type { Message } from '../../contracts/messages';
import { presentMessage } from './message.presenter';
import type { ReadMessage } from './messages.queries';

/** A message as one of the viewers that it was read for sees it; `null` sees it as everybody does. */
export function messageView(message: ReadMessage, viewerId: string | null): Message {
  // Nothing stands at a tombstone.
  if (message.type === 'system' || message.deletedAt !== null) return presentMessage(message);
  const { mentionedIds, answered, reactions, files } = message.standing;
  return presentMessage(message, {
    mentionedIds,
    answered,
    files,
    reactions: reactions.map(({ emoji, count, viewerIds }) => ({
      emoji,
      count,
      ...(viewerId !== null && { mine: viewerIds.includes(viewerId) }),
    })),
  });
}
