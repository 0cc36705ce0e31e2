/** Who may know when a person is there: the setting of that person. */
export type LastSeen = 'everyone' | 'contacts' | 'nobody';

export interface PresenceQuestion {
  readonly isSelf?: boolean;
  /** the person has written to the viewer in a private chat */
  readonly isContact: boolean;
  readonly lastSeen: LastSeen;
  /** either blocks the other */
  readonly blocked: boolean;
}

/**
 * Whether a viewer may be told a person's presence, wherever it is told. `everyone`: anybody signed in; `contacts`: those the
 * person has written to in a private chat; `nobody`: nobody. Oneself always.
 */
export function mayShowPresence({ isSelf = false, isContact, lastSeen, blocked }: PresenceQuestion): boolean {
  if (isSelf) return true;
  if (blocked) return false;
  switch (lastSeen) {
    case 'everyone':
      return true;
    case 'contacts':
      return isContact;
    case 'nobody':
      return false;
  }
}

/** In a larger conversation nobody is told who types. */
export const MAX_TYPING_MEMBERS = 100;

export interface TypingQuestion {
  readonly kind: 'chat' | 'group' | 'channel';
  /** the person's setting */
  readonly typing: boolean;
  readonly memberCount: number;
  /** a private chat whose people block each other, either way */
  readonly blocked: boolean;
}

/** Whether the others may be told that a member types. */
export function mayShowTyping({ kind, typing, memberCount, blocked }: TypingQuestion): boolean {
  return kind !== 'channel' && typing && !blocked && memberCount <= MAX_TYPING_MEMBERS;
}
