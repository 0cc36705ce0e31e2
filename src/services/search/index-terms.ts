import type { MessageType } from '../../contracts/messages';
import { termsOf, tokenOf } from '../../helpers/search-tokens';

/** Terms that no text has: words hold no colons. */
export const authorTerm = (userId: string): string => `from:${userId}`;
export const FILE_TERM = 'has:file';

/** What messages of a type are found by; texts by what they say. */
export function typeTerms(type: MessageType): string[] {
  return type === 'text' ? [] : [`type:${type}`, FILE_TERM];
}

/** A message as far as it can be searched for. */
export interface Searchable {
  readonly conversationId: string;
  readonly senderId: string;
  readonly type: MessageType;
  /** `null` when it is deleted */
  readonly content: string | null;
}

/** What a message stands in the index with. */
export function indexedTokens({ conversationId, senderId, type, content }: Searchable): string {
  if (content === null) return '';
  const terms = [...termsOf(content), authorTerm(senderId), ...typeTerms(type)];
  return terms.map((term) => tokenOf(conversationId, term)).join(' ');
}
