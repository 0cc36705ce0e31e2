import { accounts } from './accounts';
import { privateChannels, publicChannels } from './channels';
import { administration } from './administration';
import { bots } from './bots';
import { chats } from './chats';
import { groups } from './groups';
import type { Table } from './table';

/** Who may do what at every door. */
export const tables: readonly Table[] = [
  accounts,
  administration,
  bots,
  chats,
  groups,
  publicChannels,
  privateChannels,
];
