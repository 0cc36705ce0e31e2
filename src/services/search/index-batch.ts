import type { Database, SqlSession } from '../../database/database';
import { retryOnContention } from '../../database/retry';
import { indexedTokens } from './index-terms';
import {
  changedMessages,
  lockProgress,
  setProgress,
  storeEntries,
  type ChangedMessage,
} from './index.queries';

/** Messages of one transaction, and characters of them: on SQLite it holds up everybody else who writes. */
const MAX_MESSAGES = 200;
const MAX_CHARACTERS = 50_000;

export interface Indexed {
  /** changed messages that were brought into the index */
  readonly messages: number;
  /** conversations of which there is more */
  readonly unfinished: readonly string[];
}

/** The first ones, at least one, of which there is not too much. */
function notTooMany(messages: readonly ChangedMessage[]): readonly ChangedMessage[] {
  let characters = 0;
  const end = messages.findIndex(({ content }) => (characters += content?.length ?? 0) > MAX_CHARACTERS);
  return end < 0 ? messages : messages.slice(0, Math.max(end, 1));
}

async function indexIn(sql: SqlSession, { dialect }: Database, ids: readonly string[]): Promise<Indexed> {
  const behind = await lockProgress(sql, dialect, ids);
  if (behind.length === 0) return { messages: 0, unfinished: [] };
  const limit = Math.ceil(MAX_MESSAGES / behind.length);
  const changed = await changedMessages(sql, dialect, behind, limit);
  const messages = notTooMany(changed);
  const entries = messages
    .filter(({ type }) => type !== 'system')
    .map((message) => ({
      conversationId: message.conversationId,
      seq: message.seq,
      tokens: indexedTokens(message),
    }));
  await storeEntries(sql, dialect, entries);
  const reached = behind.map(({ conversationId, indexedVersion, version }) => {
    const isOwn = (message: ChangedMessage): boolean => message.conversationId === conversationId;
    const own = messages.filter(isOwn);
    const isAll = own.length < limit && own.length === changed.filter(isOwn).length;
    return {
      conversationId,
      indexedVersion: isAll ? version : (own.at(-1)?.version ?? indexedVersion),
      version,
    };
  });
  await setProgress(sql, dialect, reached);
  return {
    messages: messages.length,
    unfinished: reached
      .filter(({ indexedVersion, version }) => indexedVersion < version)
      .map(({ conversationId }) => conversationId),
  };
}

/**
 * Brings what changed in some conversations into the index, some hundred messages at most. What it reads is read under the lock of their
 * progress: of two processes none overwrites what the other one has read later.
 */
export function indexBatch(database: Database, conversationIds: readonly string[]): Promise<Indexed> {
  const ids = [...new Set(conversationIds)].sort();
  return retryOnContention(() => database.sqlTransaction((sql) => indexIn(sql, database, ids)));
}
