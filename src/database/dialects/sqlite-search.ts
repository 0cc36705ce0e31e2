import { tuples } from './dialect';
import type { SearchDialect } from './search-dialect';

export const sqliteSearch: SearchDialect = {
  // The transaction's opening write is the lock.
  openProgress: (count) =>
    `INSERT INTO search_progress (conversationId, indexedVersion) VALUES ${tuples(count, 2)}
      ON CONFLICT (conversationId) DO NOTHING`,
  setProgress: (count) =>
    `INSERT INTO search_progress (conversationId, indexedVersion) VALUES ${tuples(count, 2)}
      ON CONFLICT (conversationId) DO UPDATE SET indexedVersion = excluded.indexedVersion`,
  storeEntries: (count) =>
    `INSERT INTO message_search (conversationId, seq, tokens) VALUES ${tuples(count, 3)}
      ON CONFLICT (conversationId, seq) DO UPDATE SET tokens = excluded.tokens`,
  select: 'SELECT',
  entries: 'message_search_index CROSS JOIN message_search s ON s.id = message_search_index.rowid',
  matches: 'message_search_index MATCH ?',
  expression: (groups) =>
    groups.map((tokens) => `(${tokens.map((token) => `"${token}"`).join(' OR ')})`).join(' AND '),
  empty: ['DELETE FROM message_search', 'DELETE FROM search_progress'],
};
