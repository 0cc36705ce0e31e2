import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Opens a file for its owner alone; what was written is on the disk when it resolves. */
export async function synced(
  file: string,
  flags: string,
  work: (file: FileHandle) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await work(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a folder holds is on the disk when it resolves. One cannot be opened on Windows, which writes its entries through. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await synced(folder, 'r');
}

/** A folder for its owner alone, with those above it; that they are there is on the disk when it resolves. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = path.dirname(path.resolve(first));
  for (let above = path.resolve(folder); above !== top;) {
    above = path.dirname(above);
    await syncFolder(above);
  }
}
