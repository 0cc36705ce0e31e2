import { errors, type AppError } from '../../helpers/errors';
import type { Subject } from './subject';

export interface EditingFacts {
  readonly message: Pick<Subject, 'senderId' | 'type' | 'deletedAt' | 'createdAt'>;
  readonly userId: string;
  /** one of the two people of a private chat blocks the other */
  readonly blocked: boolean;
  /** how long after sending; 0: never */
  readonly windowSeconds: number;
}

/** Who may edit: the author, the text of what they sent, as long as the window is open; whatever their role. */
export function refusalToEdit(
  { message, userId, blocked, windowSeconds }: EditingFacts,
  now: Date,
): AppError | null {
  if (message.senderId !== userId || message.type === 'system') return errors.forbidden();
  if (message.deletedAt) return errors.gone('The message was deleted');
  if (blocked) return errors.blocked();
  const closesAt = message.createdAt.getTime() + windowSeconds * 1000;
  return windowSeconds === 0 || now.getTime() > closesAt ? errors.editWindowClosed() : null;
}
