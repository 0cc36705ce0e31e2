import type { Reaction } from '../../contracts/messages';
import type { StoredFile } from '../files/file';
import type { Answered } from './standing.queries';

/** What stands at a message beside its row, as it is shown. */
export interface Standing {
  /** whom it names, or answers; sorted */
  readonly mentionedIds: readonly string[];
  readonly reactions: readonly Reaction[];
  /** what it answers */
  readonly answered: Answered | null;
  /** in the order they are shown */
  readonly files: readonly StoredFile[];
}

export const NOTHING: Standing = { mentionedIds: [], reactions: [], answered: null, files: [] };
