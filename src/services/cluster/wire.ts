import type { DomainEvents } from '../domain-events';

export type EventName = keyof DomainEvents;
export type ToldEvent = { readonly [Name in EventName]: readonly [Name, DomainEvents[Name]] }[EventName];

/** What other nodes' sockets are told of, and which of its fields are dates, which JSON makes texts of. */
const FORWARDED = {
  'message.sent': [],
  'message.edited': ['editedAt'],
  'message.deleted': ['deletedAt'],
  'message.pinned': ['pinnedAt'],
  'reaction.changed': [],
  'reactions.counted': [],
  'conversation.joined': [],
  'conversation.added': [],
  'conversation.left': [],
  'conversation.updated': [],
  'conversation.deleted': [],
  'member.changed': [],
  'conversation.removed': [],
  'my.updated': [],
  'receipt.moved': [],
  'user.updated': [],
  'settings.changed': [],
  'presence.changed': ['lastSeenAt'],
  'typing.changed': [],
  'announcement.made': [],
  'session.ended': [],
  // the node's own business
  'batch.settling': null,
  'reactions.untold': null,
  'file.infected': null,
} as const satisfies { [Name in EventName]: readonly (keyof DomainEvents[Name])[] | null };

export const isForwarded = (name: EventName): boolean => FORWARDED[name] !== null;

/**
 * - `events`: what happened at the node in one tick; `before`: how many events had happened there until then
 * - `beat`: the node lives; so many events have happened there
 * - `hello`: the node has come, and waits for the `welcome` of each other one
 * - `bye`: it goes
 */
export type NodeMessage = { readonly node: string; readonly before: number } & (
  | { readonly type: 'events'; readonly events: readonly ToldEvent[] }
  | { readonly type: 'beat' | 'hello' | 'bye' }
  | { readonly type: 'welcome'; readonly to: string }
);

export const encode = (message: NodeMessage): string => JSON.stringify(message);

/** @throws for what is no message of a node of this version */
export function decode(text: string): NodeMessage {
  const message = JSON.parse(text) as NodeMessage;
  if (message.type !== 'events') return message;
  for (const [name, event] of message.events) {
    const dates: readonly string[] = FORWARDED[name] ?? [];
    const fields = event as unknown as Record<string, unknown>;
    for (const field of dates) if (typeof fields[field] === 'string') fields[field] = new Date(fields[field]);
  }
  return message;
}
