import { errors } from '../../helpers/errors';

/** The disk is full, so is the server's share of it, or too many files are open: errno(3). */
const PASSING: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'];
/** Somebody has to make room first. */
const RETRY_AFTER_SECONDS = 60;

/** What to throw for an error of the file system: what may pass is told as `unavailable`. */
export function refusalOfDisk(error: unknown): unknown {
  return PASSING.includes((error as NodeJS.ErrnoException).code)
    ? errors.unavailable(RETRY_AFTER_SECONDS, error)
    : error;
}
