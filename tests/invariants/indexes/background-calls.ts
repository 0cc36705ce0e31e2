import { avatarsInUse } from '../../../src/services/avatars/avatars.queries';
import { behindAfter } from '../../../src/services/search/index.queries';
import type { Calls } from './world';

export const backgroundCalls: Calls = {
  'whose avatars are': ({ server }) =>
    avatarsInUse(server.container.database.reader, ['1'.repeat(32), '2'.repeat(32)]),
  'what the search index has missed': ({ server }) => behindAfter(server.container.database.reader, '', 1000),
  'the sweep of what has expired': ({ server }) => server.container.accounts.sweep(),
  'the sweep of deleted conversations': ({ server }) => server.container.deletion.sweep(),
  'the sweep of deleted accounts': ({ server }) => server.container.erasure.sweep(),
  'the sweep of closed reports': ({ server }) => server.container.reports.sweep(),
  'the sweep of files': ({ server }) => server.container.fileSweep.sweep(),
  'a start': ({ server }) => server.restart(),
};
