import type { TestedServer } from './server';
import type { Person } from './people';

interface Privacy {
  readonly lastSeen?: 'everyone' | 'contacts' | 'nobody';
  readonly typing?: boolean;
}

/** Sets a person's settings, as PATCH /users/me/settings would. */
export async function setPrivacy(server: TestedServer, person: Person, privacy: Privacy): Promise<void> {
  const database = await server.database();
  await database.writer.user.update({ where: { id: person.id }, data: privacy });
}

/** A block as it is stored: seen by everything that reads afresh. */
export async function storeBlock(server: TestedServer, blocker: Person, blocked: Person): Promise<void> {
  const database = await server.database();
  await database.writer.block.create({
    data: { blockerId: blocker.id, blockedId: blocked.id, createdAt: new Date() },
  });
}

/** A conversation of another kind than private chats, as its creation would store it. */
export async function storeConversation(
  server: TestedServer,
  id: string,
  kind: 'group' | 'channel',
  members: readonly Pick<Person, 'id'>[],
): Promise<void> {
  const database = await server.database();
  const now = new Date();
  await database.writer.conversation.create({
    data: { id, kind, lastSeq: 0, version: 1, lastActivityAt: now, createdAt: now },
  });
  await database.writer.membership.createMany({
    data: members.map((member) => ({
      conversationId: id,
      userId: member.id,
      role: 'member',
      version: 1,
      joinedVersion: 0,
      myVersion: 0,
      createdAt: now,
    })),
  });
}
