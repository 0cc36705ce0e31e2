import { tuples } from './dialect';
import type { SearchDialect } from './search-dialect';

export const mysqlSearch: SearchDialect = {
  openProgress: (count) =>
    `INSERT INTO search_progress (conversationId, indexedVersion) VALUES ${tuples(count, 2)}
      ON DUPLICATE KEY UPDATE indexedVersion = indexedVersion`,
  setProgress: (count) =>
    `INSERT INTO search_progress (conversationId, indexedVersion) VALUES ${tuples(count, 2)}
      ON DUPLICATE KEY UPDATE indexedVersion = VALUES(indexedVersion)`,
  storeEntries: (count) =>
    `INSERT INTO message_search (conversationId, seq, tokens) VALUES ${tuples(count, 3)}
      ON DUPLICATE KEY UPDATE tokens = VALUES(tokens)`,
  select: 'SELECT STRAIGHT_JOIN',
  entries: 'message_search s',
  matches: 'MATCH (s.tokens) AGAINST (? IN BOOLEAN MODE)',
  expression: (groups) => groups.map((tokens) => `+(${tokens.join(' ')})`).join(' '),
  empty: ['TRUNCATE TABLE message_search', 'TRUNCATE TABLE search_progress'],
};
