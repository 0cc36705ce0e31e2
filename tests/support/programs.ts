import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const FOLDERS = [
  ...(process.env.PATH ?? '').split(path.delimiter),
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/libexec',
];

/** The first of some programs that this machine has. */
export function findProgram(...names: readonly string[]): string | undefined {
  for (const name of names)
    for (const folder of FOLDERS) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // not in this folder
      }
    }
  return undefined;
}
