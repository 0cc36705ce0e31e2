/** What the two databases say in different words about alerts. */
export interface AlertDialect {
  /**
   * SQL that sees to it that `count` conversations have a row in alert_progress, and locks these until the transaction ends. Takes
   * conversationId, 0 per row, in the order of ids.
   */
  openProgress(count: number): string;
  /** SQL that sets up to where `count` conversations were looked at. Takes conversationId, alertedSeq per row. */
  setProgress(count: number): string;
  /**
   * SQL that adds `count` alerts; one that is there lasts longer and is due when it was. Takes userId, conversationId, via, firstSeq,
   * lastSeq, dueAt per row.
   */
  store(count: number): string;
  /** SQL that makes `count` alerts begin elsewhere and due at another time, and nobody's. Takes what `store` takes. */
  postpone(count: number): string;
  /** SQL that makes `count` alerts due at another time, whoever has taken them. Takes what `store` takes. */
  hold(count: number): string;
}

/** What an alert is stored with. */
export const ALERT_COLUMNS = 'userId, conversationId, via, firstSeq, lastSeq, dueAt';
