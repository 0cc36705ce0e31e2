import type { ConversationRow } from './membership';

/** In a larger group nobody is told how far the others have read. */
const MAX_MEMBERS = 100;

/** Whether the members of a group, those with read receipts on, are told how far they have come. In channels nobody is. */
export function tellsReceipts({ kind, memberCount }: Pick<ConversationRow, 'kind' | 'memberCount'>): boolean {
  return kind === 'group' && memberCount <= MAX_MEMBERS;
}
