interface MeantToScan {
  readonly table: string;
  /** of the statement's shape */
  readonly statement: RegExp;
  readonly why: string;
}

const MEANT_TO_SCAN: readonly MeantToScan[] = [
  {
    table: 'reaction_untold',
    statement: /^SELECT .* FROM .*reaction_untold. LEFT JOIN .*deletedAt. IS NULL/,
    why: 'the sweep asks for all that is in it: a row lives for a second',
  },
  {
    table: 'outbox_job',
    statement: /^SELECT id FROM outbox_job WHERE deadAt IS NULL AND \(INSTR/,
    why: 'looks into all that wait, which are few, when an account goes',
  },
  {
    table: 'outbox_job',
    statement: /^SELECT COUNT\(/,
    why: 'those that wait are few; counted for an admin, at most twice a minute',
  },
  {
    table: 'outbox_job',
    statement: /^SELECT kind, COUNT\(/,
    why: 'counted for a scrape, every five seconds at most, and more seldom the longer it takes',
  },
  ...['user', 'blob', 'file', 'conversation'].map((table) => ({
    table,
    statement: /^SELECT (COUNT|SUM|`?\w*`?\.?`?kind|.*COUNT\()/,
    why: 'all of them are counted, for an admin, at most twice a minute',
  })),
  { table: '_prisma_migrations', statement: /^SELECT/, why: 'a few rows, once a start' },
];

export const isMeantToScan = (name: string, shape: string): boolean =>
  MEANT_TO_SCAN.some(({ table, statement }) => table === name && statement.test(shape));

/** Indexes that need not be read by any statement, and what they are for. */
export const NOT_READ: Readonly<Record<string, string>> = {
  'conversation.conversation_owner':
    "its foreign key's: the database looks whether a person that goes owns any",
  'reaction.reaction_user': "its foreign key's: the database looks whether a person that goes has reacted",
  'hidden_message.hidden_message_message': "its foreign key's: what is hidden goes with the message",
  'blob.blob_storage_key': 'no two blobs are one object; `npm run files:verify` asks whose an object is',
  'message_search.PRIMARY':
    'a number that grows: InnoDB stores the entries one behind the other, SQLite joins by it',
};
