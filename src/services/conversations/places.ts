import type { Capability } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import { errors } from '../../helpers/errors';
import type { Scene } from '../messages/act';
import { may } from './conversations.policy';
import { isIn, type RosterEntry } from './roster.queries';

/** The kinds that have an owner, and people who come and go. */
export type OwnedKind = 'group' | 'channel';

/**
 * @param kind what the caller takes the conversation for
 * @param entry the caller's place in it
 * @throws not_found to whoever is not in it
 */
export function mustBeThere(
  { conversation }: Scene,
  kind: ConversationKind,
  entry: RosterEntry | undefined,
): RosterEntry {
  if (conversation.kind !== kind || !isIn(entry)) throw errors.notFound(kind);
  return entry;
}

/** The same. @throws not_found, forbidden to whoever may not do this */
export function mustBeAllowed(
  scene: Scene,
  kind: ConversationKind,
  entry: RosterEntry | undefined,
  capability: Capability,
): RosterEntry {
  const present = mustBeThere(scene, kind, entry);
  if (!may(kind, present.role, capability)) throw errors.forbidden();
  return present;
}

/** @throws not_found for somebody who is not in it */
export function mustBeIn(entry: RosterEntry | undefined): RosterEntry {
  if (!isIn(entry)) throw errors.notFound('member');
  return entry;
}
