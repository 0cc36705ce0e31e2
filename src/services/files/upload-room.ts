import { errors } from '../../helpers/errors';

/** What one process is taking in from each person, so that what is on its way counts before it is there. */
export class UploadRoom {
  private readonly coming = new Map<string, number>();

  constructor(private readonly quotaBytes: number) {}

  /**
   * Keeps room for an upload until `release`, which may be called twice. The quota itself is held when the file is stored: this only keeps
   * uploads out that would be refused then.
   * @throws quota_exceeded
   */
  reserve(ownerId: string, bytes: number, usedBytes: number): () => void {
    const before = this.coming.get(ownerId) ?? 0;
    if (usedBytes + before + bytes > this.quotaBytes) throw errors.quotaExceeded();
    this.coming.set(ownerId, before + bytes);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.coming.get(ownerId) ?? 0) - bytes;
      if (left > 0) this.coming.set(ownerId, left);
      else this.coming.delete(ownerId);
    };
  }
}
