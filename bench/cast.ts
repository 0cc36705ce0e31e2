import type { Database } from '../src/database/database';
import { newId } from '../src/helpers/ids';
import type { TokenIssuer } from '../src/services/accounts/tokens';
import type { ClientPlan } from './job';
import type { Circle, World } from './scenarios';

/** Rows of one INSERT. */
const CHUNK = 1_000;
/** Nobody signs in with a password here. */
const NO_PASSWORD = `$2b$12$${'.'.repeat(53)}`;

interface Actor {
  readonly id: string;
  readonly sessionId: string;
  readonly conversationIds: string[];
}

/** A world with ids. */
export interface Cast {
  readonly people: readonly Actor[];
  readonly conversations: readonly (Pick<Circle, 'kind'> & {
    readonly id: string;
    readonly userIds: readonly string[];
  })[];
}

export function castOf(world: World): Cast {
  const people = Array.from({ length: world.people }, (): Actor => {
    return { id: newId(), sessionId: newId(), conversationIds: [] };
  });
  const conversations = world.conversations.map(({ kind, members }) => {
    const id = newId();
    const actors = members.map((index) => people[index]!);
    for (const actor of actors) actor.conversationIds.push(id);
    return { id, kind, userIds: actors.map((actor) => actor.id) };
  });
  return { people, conversations };
}

async function inChunks<Row>(rows: readonly Row[], write: (chunk: Row[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) await write(rows.slice(start, start + CHUNK));
}

/** Writes accounts, sessions and chats as if they had been made long ago, a thousand rows at a time. */
export async function writeCast({ writer }: Database, cast: Cast, tokens: TokenIssuer): Promise<void> {
  const now = new Date();
  const users = cast.people.map(({ id }, index) => ({
    id,
    username: `person${index}`,
    usernameKey: `person${index}`,
    email: `person${index}@example.com`,
    emailKey: `person${index}@example.com`,
    passwordHash: NO_PASSWORD,
    displayName: `Person ${index}`,
    displayNameKey: `person ${index}`,
    bio: '',
    role: 'user',
    userVersion: 0,
    createdAt: now,
    updatedAt: now,
  }));
  const sessions = cast.people.map(({ id, sessionId }) => ({
    id: sessionId,
    userId: id,
    generation: 1,
    refreshHash: tokens.refreshHash(sessionId, 1),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: tokens.sessionExpiry(now),
  }));
  const conversations = cast.conversations.map(({ id, kind, userIds }) => ({
    id,
    kind,
    ...(kind === 'chat'
      ? { pairKey: [...userIds].sort().join(':') }
      : { title: 'Measured', titleKey: 'measured', ownerId: userIds[0] }),
    ...(kind === 'channel' && { visibility: 'public' }),
    memberCount: userIds.length,
    lastSeq: 0,
    version: 1,
    lastActivityAt: now,
    createdAt: now,
  }));
  const memberships = cast.conversations.flatMap(({ id, kind, userIds }) =>
    userIds.map((userId, index) => ({
      conversationId: id,
      userId,
      role: kind !== 'chat' && index === 0 ? 'owner' : kind === 'channel' ? 'follower' : 'member',
      version: kind === 'channel' && index > 0 ? 0 : 1,
      joinedVersion: 0,
      myVersion: 0,
      createdAt: now,
    })),
  );
  await inChunks(users, (data) => writer.user.createMany({ data }));
  await inChunks(sessions, (data) => writer.session.createMany({ data }));
  await inChunks(conversations, (data) => writer.conversation.createMany({ data }));
  await inChunks(memberships, (data) => writer.membership.createMany({ data }));
}

/** What the product's clients connect with: access tokens, signed as the server signs them. */
export function signedIn(cast: Cast, tokens: TokenIssuer): ClientPlan[] {
  const expiresAt = tokens.sessionExpiry(new Date());
  return cast.people.map(({ id, sessionId, conversationIds }) => ({
    auth: { token: tokens.issue({ id: sessionId, userId: id, generation: 1, expiresAt }).accessToken },
    conversationIds,
  }));
}

/** What the yardstick's clients connect with: it puts them into their rooms unasked, as the product does. */
export function unchecked(cast: Cast): ClientPlan[] {
  return cast.people.map(({ conversationIds }) => ({ auth: { rooms: conversationIds }, conversationIds }));
}
