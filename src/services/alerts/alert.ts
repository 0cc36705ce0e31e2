import type { NotificationSettings, Told } from '../../contracts/users';
import type { ConversationKind } from '../../contracts/messages';
import type { Notify } from '../../contracts/conversations';

/** How somebody who is away is told. */
export type Via = 'telegram' | 'email';

export interface AlertKey {
  readonly userId: string;
  readonly conversationId: string;
  readonly via: Via;
}

/** What somebody is to be told of a conversation: the messages of a range that concern them. */
export interface Alert extends AlertKey {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly dueAt: Date;
}

/** In a larger group a call to everybody is no mention: one message would be thousands of alerts. */
export const MOST_CALLED = 1_000;

/** An alert, and all that decides whether it is told. */
export interface Standing extends Alert {
  readonly kind: ConversationKind;
  readonly title: string | null;
  /** the account is there, a person's, and not suspended */
  readonly isActive: boolean;
  /** in the conversation, which is there */
  readonly isMember: boolean;
  readonly notify: Notify;
  readonly mutedUntil: Date | null;
  /** up to here it was read, cleared or removed from the inbox */
  readonly doneSeq: number;
  readonly email: string;
  readonly username: string;
  /** of Telegram; `null`: not linked, or muted there */
  readonly chatId: string | null;
  readonly settings: NotificationSettings;
}

/** Whether only those messages are told that name their reader. In a private chat all of them do, unless its `notify` says less. */
export function onlyNaming(kind: ConversationKind, notify: Notify, told: Told): boolean {
  return notify === 'mentions' || (told === 'mentions' && kind !== 'chat');
}
