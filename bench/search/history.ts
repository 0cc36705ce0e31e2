import type { Database } from '../../src/database/database';
import { newId } from '../../src/helpers/ids';
import { insertMessages } from '../../src/services/messages/writer.queries';
import { TokenIssuer } from '../../src/services/accounts/tokens';
import { castOf, writeCast, type Cast } from '../cast';

/** One conversation in five is the searcher's. */
export const CONVERSATIONS = 1_000;
const OWN_EVERY = 5;
const CHUNK = 1_000;
const VOCABULARY = 30_000;
const WORDS = 12;
const YEAR_MS = 365 * 86_400_000;
const DAY_SECONDS = 86_400;

/** The word that a hundred messages of the searcher's have. */
export const RARE = 'needle';
export const HITS = 100;
/** The most common word of all. */
export const COMMON = 'w1';
export const FREQUENT = 'w20';

/** The first person is in a fifth of the chats, others in the rest. */
export function castOfSearch(): Cast {
  return castOf({
    people: CONVERSATIONS + 1,
    conversations: Array.from({ length: CONVERSATIONS }, (_, index) => ({
      kind: 'chat',
      members: [index % OWN_EVERY === 0 ? 0 : index, index + 1],
    })),
  });
}

/** The same in each run. Source: a linear congruential generator, Numerical Recipes. */
function makeChance(): () => number {
  let state = 1;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

/** Words as often as in a language: the second half as often as the first one, and so on. Source: Zipf's law. */
export function makeSpeaker(): () => string {
  const chance = makeChance();
  const word = (): string => `w${Math.floor(Math.exp(chance() * Math.log(VOCABULARY)))}`;
  return () => Array.from({ length: WORDS }, word).join(' ');
}

export async function writePeople(database: Database, cast: Cast): Promise<void> {
  const tokens = new TokenIssuer(
    {
      accessSecret: 'nobody signs in here',
      refreshSecret: 'nobody signs in here',
      accessLifetimeSeconds: DAY_SECONDS,
      refreshLifetimeSeconds: DAY_SECONDS,
    },
    () => new Date(),
  );
  await writeCast(database, cast, tokens);
}

/** A year of messages, in turn in all conversations. @param count a multiple of the conversations */
export async function writeHistory(database: Database, cast: Cast, count: number): Promise<void> {
  const speak = makeSpeaker();
  const began = Date.now() - YEAR_MS;
  // Of the searcher's messages; one less than even, so that it is not always the same conversation that has it.
  const rareEvery = Math.max(1, Math.floor(count / OWN_EVERY / HITS) - 1);
  const owned = CONVERSATIONS / OWN_EVERY;
  let rare = 0;
  for (let start = 0; start < count; start += CHUNK) {
    const messages = Array.from({ length: CHUNK }, (_, index) => {
      const at = start + index;
      const place = at % CONVERSATIONS;
      const seq = Math.floor(at / CONVERSATIONS) + 1;
      const nth = (seq - 1) * owned + place / OWN_EVERY;
      const isRare = place % OWN_EVERY === 0 && nth % rareEvery === 0 && rare < HITS;
      if (isRare) rare += 1;
      const id = newId();
      const { id: conversationId, userIds } = cast.conversations[place]!;
      return {
        conversationId,
        kind: 'chat' as const,
        signed: false,
        seq,
        id,
        version: seq + 1,
        senderId: userIds[seq % 2]!,
        type: 'text' as const,
        content: isRare ? `${speak()} ${RARE}` : speak(),
        clientMessageId: id,
        requestHash: '0'.repeat(64),
        createdAt: new Date(began + Math.floor((at / count) * YEAR_MS)),
        editedAt: null,
        deletedAt: null,
        pinnedAt: null,
        replyToSeq: null,
        mentionsAll: false,
        forwardedFrom: null,
      };
    });
    await database.sqlTransaction((sql) => sql.execute(...insertMessages(messages)));
  }
  if (rare < HITS) throw new Error(`${count} messages are too few for ${HITS} with a rare word`);
  const seq = Math.floor(count / CONVERSATIONS);
  await database.writer.conversation.updateMany({
    data: { lastSeq: seq, version: seq + 1, lastActivityAt: new Date() },
  });
}
