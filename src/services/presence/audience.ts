import type { Db } from '../../database/database';
import type { PresenceAudience } from '../domain-events';
import { mayShowPresence } from './presence.policy';
import { blocksAround, contactsOf, groupsOf, type Pair, type PresenceSetting } from './presence.queries';

function grouped(pairs: readonly Pair[]): (userId: string) => readonly string[] {
  const byUser = new Map<string, string[]>();
  for (const { userId, otherId } of pairs) {
    const others = byUser.get(userId);
    if (others) others.push(otherId);
    else byUser.set(userId, [otherId]);
  }
  return (userId) => byUser.get(userId) ?? [];
}

/** The audiences of some people: three statements, however many they are and whomever they know. */
export async function audiencesOf(
  db: Db,
  people: readonly PresenceSetting[],
): Promise<Map<string, PresenceAudience>> {
  const told = people.filter(({ lastSeen }) => lastSeen !== 'nobody').map(({ userId }) => userId);
  const open = people.filter(({ lastSeen }) => lastSeen === 'everyone').map(({ userId }) => userId);
  const [contacts, groups, blocks] = await Promise.all([
    contactsOf(db, told).then(grouped),
    groupsOf(db, open).then(grouped),
    blocksAround(db, told).then(grouped),
  ]);
  return new Map(
    people.map(({ userId, lastSeen }) => {
      const blocked = new Set(blocks(userId));
      const userIds = contacts(userId).filter((contactId) =>
        mayShowPresence({ isContact: true, lastSeen, blocked: blocked.has(contactId) }),
      );
      const strangersToo = mayShowPresence({ isContact: false, lastSeen, blocked: false });
      const conversationIds = strangersToo ? groups(userId) : [];
      return [
        userId,
        { userIds, conversationIds, exceptUserIds: conversationIds.length > 0 ? [...blocked] : [] },
      ];
    }),
  );
}
