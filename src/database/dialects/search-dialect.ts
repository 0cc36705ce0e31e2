/** Full-text search, of which the two databases have nothing in common. The index holds tokens of hex digits only. */
export interface SearchDialect {
  /**
   * SQL that sees to it that `count` conversations have a row in search_progress, and locks these until the transaction ends. Takes
   * conversationId, 0 per row, in the order of ids.
   */
  openProgress(count: number): string;
  /** SQL that sets how far `count` conversations are indexed. Takes conversationId, indexedVersion per row. */
  setProgress(count: number): string;
  /** SQL that stores what `count` messages are found by. Takes conversationId, seq, tokens per row. */
  storeEntries(count: number): string;
  /** What a statement begins with that reads its tables in the order they are written in, joined by CROSS JOIN. */
  readonly select: string;
  /** The entries of messages, as `s`: to be read first, with `matches`. */
  readonly entries: string;
  /** The condition by which they are found. Takes what `expression` makes. */
  readonly matches: string;
  /** @param groups of each at least one token must be there */
  expression(groups: readonly (readonly string[])[]): string;
  /** SQL that empties the index: one statement after the other. */
  readonly empty: readonly string[];
}
