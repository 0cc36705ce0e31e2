import { Capability, type MemberRole } from '../src/contracts/conversations';
import type { ConversationKind } from '../src/contracts/messages';
import { may, PERMISSIONS } from '../src/services/conversations/conversations.policy';

const MEANING: Readonly<Record<Capability, string>> = {
  post: 'send messages',
  react: 'react to messages',
  edit: 'change title, description, picture and settings',
  invite: 'make and revoke invites',
  pin: 'pin messages',
  deleteAny: "delete others' messages",
  manageMembers: 'add and remove members',
  manageRoles: 'make admins',
  ban: 'ban and lift bans',
  transfer: 'give it another owner',
  delete: 'delete it for everybody',
  seeMembers: 'see who is in it',
  leave: 'leave',
};

const TITLES: Readonly<Record<ConversationKind, string>> = {
  chat: 'Private chats',
  group: 'Groups',
  channel: 'Channels',
};

/** A Markdown table as Prettier lays it out. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows.map(lineOf);
  return [head, lineOf(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

function section(kind: ConversationKind): string {
  const roles = Object.keys(PERMISSIONS[kind]) as MemberRole[];
  const rows = Capability.options.map((capability) => [
    `\`${capability}\``,
    MEANING[capability],
    ...roles.map((role) => (may(kind, role, capability) ? 'yes' : '')),
  ]);
  return `## ${TITLES[kind]}\n\n${table([['Capability', 'To', ...roles], ...rows])}`;
}

/** The text of docs/permissions.md. */
export function permissionsText(): string {
  const kinds = Object.keys(TITLES) as ConversationKind[];
  return `# Who may do what

Written by \`npm run swagger\` from \`src/services/conversations/conversations.policy.ts\`. A conversation tells the caller
what they may do in it as \`my.capabilities\`: clients show or hide by that, and need no table of their own.

${kinds.map(section).join('\n\n')}

An admin removes, bans or changes neither the owner nor another admin; nobody does so to the owner. In a private chat
neither of the two may post or react while one of them blocks the other. Whoever owns a group or a channel gives it another owner
before they leave.

## The server

| To                                                      | user | admin | owner |
| ------------------------------------------------------- | ---- | ----- | ----- |
| see people, groups, channels and the audit log          |      | yes   | yes   |
| suspend, sign out and delete whoever is of a lower role |      | yes   | yes   |
| delete groups, channels and messages                    |      | yes   | yes   |
| see and handle reports that are not about themselves    |      | yes   | yes   |
| make and delete bots and webhooks                       |      | yes   | yes   |
| give roles                                              |      |       | yes   |

Nobody does so to themselves. A role on the server is none in any conversation: admins read no messages there but what
somebody has reported, with up to five messages on either side of it, and until the report is closed its files. A suspended person is
refused at every door, whatever they are. A bot opens no private chat, founds no group, adds nobody, has no role, and signs in nowhere.
`;
}
