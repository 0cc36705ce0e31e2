import { table, type Attempt } from './table';

const plain = (): Attempt => ({});

/** What only admins do, and some of it the owner alone. */
export const administration = table<null>({
  title: 'the administration',
  kind: null,
  placeOf: () => Promise.resolve(null),
  text: `
                 | stranger  siteAdmin siteOwner
    listAuditLog | forbidden ok        ok
  `,
  calls: { listAuditLog: plain },
});
