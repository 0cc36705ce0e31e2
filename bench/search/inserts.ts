import type { Database } from '../../src/database/database';
import { newId } from '../../src/helpers/ids';
import { createLogger } from '../../src/helpers/logger';
import { DomainEventBus } from '../../src/services/domain-events';
import { MessageWriter } from '../../src/services/messages/message-writer';
import { SearchIndexer } from '../../src/services/search/indexer';
import type { Cast } from '../cast';
import { makeSpeaker } from './history';
import { median } from './queries';

const ROUNDS = 5;
const MESSAGES = 6_000;
/** Senders that wait for their acknowledgement before they go on. */
const SENDERS = 100;

/** Messages a second through the writer; the indexer hears of each, or is not there. */
async function round(database: Database, cast: Cast, indexed: boolean): Promise<number> {
  const bus = new DomainEventBus(() => undefined);
  const writer = new MessageWriter(database, bus);
  const indexer = new SearchIndexer({ database, bus, logger: createLogger('error', false) });
  if (indexed) indexer.start();
  const speak = makeSpeaker();
  let left = MESSAGES;
  const sender = async (index: number): Promise<void> => {
    const { id: conversationId, userIds } = cast.conversations[index]!;
    const person = cast.people.find(({ id }) => id === userIds[0])!;
    while ((left -= 1) >= 0) {
      const id = newId();
      await writer.send({
        id,
        conversationId,
        kind: 'chat',
        senderId: person.id,
        sessionId: person.sessionId,
        type: 'text',
        content: speak(),
        clientMessageId: id,
        requestHash: '0'.repeat(64),
        fileIds: [],
        replyTo: null,
        names: { usernameKeys: [], everybody: false },
        forwardedFrom: null,
        originSocketId: undefined,
      });
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: SENDERS }, (_, index) => sender(index)));
  const seconds = (performance.now() - began) / 1000;
  await writer.close();
  await indexer.stop();
  return MESSAGES / seconds;
}

export interface Inserts {
  readonly without: number;
  readonly with: number;
}

/** Messages a second with and without the index, in turn, medians. */
export async function timeInserts(database: Database, cast: Cast): Promise<Inserts> {
  const rates = { without: [] as number[], with: [] as number[] };
  await round(database, cast, true);
  for (let count = 0; count < ROUNDS; count += 1) {
    rates.without.push(await round(database, cast, false));
    rates.with.push(await round(database, cast, true));
  }
  return { without: median(rates.without), with: median(rates.with) };
}
