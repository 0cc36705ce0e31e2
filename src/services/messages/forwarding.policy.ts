import type { ForwardedFrom } from '../../contracts/messages';
import { errors } from '../../helpers/errors';
import type { ConversationRow } from '../conversations/membership';
import type { StoredMessage } from './message';

/** @throws gone for what was deleted, forbidden for what nobody wrote */
export function mustBeForwardable({ type, deletedAt }: StoredMessage): void {
  if (type === 'system') throw errors.forbidden('What the system wrote cannot be forwarded');
  if (deletedAt) throw errors.gone('The message was deleted');
}

/**
 * What the readers of a forwarded message learn of where it comes from: a public channel by its name, of everything else only who wrote
 * it, and nobody of a post that is not signed. What was forwarded before still comes from where it came first.
 */
export function originOf(
  message: StoredMessage,
  { id, kind, title, visibility }: Pick<ConversationRow, 'id' | 'kind' | 'title' | 'visibility'>,
): ForwardedFrom {
  if (message.forwardedFrom !== null) return JSON.parse(message.forwardedFrom) as ForwardedFrom;
  const isPublic = kind === 'channel' && visibility === 'public';
  return {
    kind,
    ...(isPublic && { conversationId: id, title: title ?? '' }),
    senderId: kind === 'channel' && !message.signed ? null : message.senderId,
  };
}
