import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomKey } from '../../../src/helpers/hashing';
import { inspectFile, type Inspected } from '../../../src/services/files/inspect';

const folder = mkdtempSync(path.join(tmpdir(), 'chat-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes bytes where nobody else does. */
export async function written(bytes: Buffer | string): Promise<string> {
  const file = path.join(folder, randomKey());
  await writeFile(file, bytes);
  return file;
}

export async function inspect(bytes: Buffer | string, name = 'file', mimeType?: string): Promise<Inspected> {
  return inspectFile(await written(bytes), { name, mimeType });
}
