import type { File } from '../../contracts/files';
import type { StoredFile } from './file';
import { signedUrlOf } from './file-urls';

/** A file as everybody who may see its message sees it: the same for all of them within an hour. */
export function presentFile(file: StoredFile, now: Date): File {
  return {
    id: file.id,
    kind: file.kind,
    mimeType: file.mimeType,
    size: file.size,
    name: file.name,
    ...(file.width !== null && { width: file.width }),
    ...(file.height !== null && { height: file.height }),
    ...(file.durationSeconds !== null && { duration: file.durationSeconds }),
    ...(file.blur !== null && { blur: file.blur }),
    ...(file.thumbnailSha256 !== null && { thumbnailUrl: signedUrlOf(file.id, 'thumbnail', now) }),
    url: signedUrlOf(file.id, 'content', now),
    sha256: file.sha256,
  };
}
