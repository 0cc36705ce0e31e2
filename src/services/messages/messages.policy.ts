import type { MemberRole } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import { errors, type AppError } from '../../helpers/errors';
import { may } from '../conversations/conversations.policy';

export interface PostingFacts {
  readonly sessionAlive: boolean;
  /** `null`: there is no such conversation of the kind that was asked for */
  readonly kind: ConversationKind | null;
  /** `null`: never a member */
  readonly membership: { readonly role: MemberRole; readonly left: boolean } | null;
  /** one of the two people of a private chat blocks the other */
  readonly blocked: boolean;
  /** the other one of a private chat has deleted their account */
  readonly deserted: boolean;
}

/** Who may post. Strangers and former members are not told that the conversation exists. */
export function refusalToPost({
  sessionAlive,
  kind,
  membership,
  blocked,
  deserted,
}: PostingFacts): AppError | null {
  if (!sessionAlive) return errors.unauthenticated('The session has ended');
  if (!kind || !membership || membership.left) return errors.notFound(kind ?? 'conversation');
  if (!may(kind, membership.role, 'post')) return errors.forbidden();
  if (deserted) return errors.notFound('user');
  return blocked ? errors.blocked() : null;
}

export interface SlowModeFacts {
  readonly slowModeSeconds: number;
  readonly kind: ConversationKind;
  readonly role: MemberRole;
  readonly postedAt: Date | null;
}

/** Slow mode holds for those who may not edit the conversation. @returns seconds until the next message; 0: now */
export function slowModeWait({ slowModeSeconds, kind, role, postedAt }: SlowModeFacts, now: Date): number {
  if (slowModeSeconds === 0 || postedAt === null || may(kind, role, 'edit')) return 0;
  const waitMs = postedAt.getTime() + slowModeSeconds * 1000 - now.getTime();
  return Math.max(0, Math.ceil(waitMs / 1000));
}
