import * as account from './account';
import * as adminConversations from './admin-conversations';
import * as adminUsers from './admin-users';
import * as announcements from './announcements';
import * as audit from './audit';
import * as auth from './auth';
import * as bots from './bots';
import * as channels from './channels';
import * as chats from './chats';
import * as dataExports from './exports';
import * as files from './files';
import * as groups from './groups';
import * as inbox from './inbox';
import * as invites from './invites';
import type { Operation } from './operation';
import * as reports from './reports';
import * as search from './search';
import * as statistics from './statistics';
import * as system from './system';
import * as telegram from './telegram';
import * as twoFactor from './two-factor';
import * as unsubscribing from './unsubscribing';
import * as users from './users';
import * as webhooks from './webhooks';

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'answers' in value;

/** By name: the order of a module's exports depends on the compiler. */
const operationsOf = (resource: object): Operation[] =>
  Object.entries(resource)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, value]: [string, unknown]) => (isOperation(value) ? value : []));

/** Every REST operation, in the order of the documents. */
export const operations: readonly Operation[] = [
  auth,
  users,
  account,
  twoFactor,
  telegram,
  dataExports,
  unsubscribing,
  chats,
  groups,
  channels,
  invites,
  files,
  inbox,
  search,
  reports,
  announcements,
  adminUsers,
  adminConversations,
  bots,
  webhooks,
  audit,
  statistics,
  system,
].flatMap(operationsOf);
