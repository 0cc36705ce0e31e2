import type { MessageType } from '../../contracts/messages';
import { errors, type AppError } from '../../helpers/errors';
import type { FileKind, StoredFile } from '../files/file';
import type { SendCommand, StoredMessage } from './message';

/** A message of any other type than these has files, and whatever has files is of another type. */
export const hasFiles = ({ type, deletedAt }: Pick<StoredMessage, 'type' | 'deletedAt'>): boolean =>
  type !== 'text' && type !== 'system' && deletedAt === null;

/** What files are together: of one kind, or simply files. */
function kindOf([first, ...others]: readonly StoredFile[]): FileKind {
  return first && others.every(({ kind }) => kind === first.kind) ? first.kind : 'file';
}

/** The type of a message: what is left open, its files say. */
export const sentAs = ({ type }: Pick<SendCommand, 'type'>, files: readonly StoredFile[]): MessageType =>
  type ?? kindOf(files);

/**
 * Who may attach what: their own files, as what they are or simply as files. Whoever forwards a message sees what it has, and sends that on.
 * @param files those that are there
 */
export function refusalToAttach(
  { senderId, type, fileIds, forwardedFrom }: SendCommand,
  files: readonly StoredFile[],
): AppError | null {
  if (fileIds.length === 0) return null;
  const isComplete = files.length === fileIds.length;
  if (forwardedFrom !== null) return isComplete ? null : errors.gone('The message was deleted');
  if (!isComplete || files.some(({ ownerId }) => ownerId !== senderId))
    return errors.validationFailed([{ path: 'attachmentIds', message: 'must be files of the sender' }]);
  const kind = kindOf(files);
  if (type === null || type === kind || type === 'file') return null;
  const message = kind === 'file' ? 'must be file' : `must be ${kind} or file`;
  return errors.validationFailed([{ path: 'type', message }]);
}
