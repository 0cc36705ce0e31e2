import { setTimeout as wait } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import type { DataExport } from '../../src/contracts/exports';
import { download } from './files';
import { PASSWORD, type Person } from './people';
import type { TestedServer } from './server';

export async function askExport(server: TestedServer, person: Person): Promise<DataExport> {
  const { body } = await server.request
    .post('/api/v1/users/me/export')
    .set(person.authorization)
    .send({ password: PASSWORD })
    .expect(202);
  return body as DataExport;
}

const exportState = async (
  server: TestedServer,
  { authorization }: Pick<Person, 'authorization'>,
  id: string,
): Promise<DataExport> =>
  (await server.request.get(`/api/v1/users/me/export/${id}`).set(authorization).expect(200))
    .body as DataExport;

/** Waits until one is done, or has failed. */
export async function ended(server: TestedServer, person: Person, id: string): Promise<DataExport> {
  for (;;) {
    const state = await exportState(server, person, id);
    if (state.finishedAt !== null) return state;
    await wait(20);
  }
}

/** Asks for one and waits for it. */
export const exported = async (server: TestedServer, person: Person): Promise<DataExport> =>
  ended(server, person, (await askExport(server, person)).id);

export const archiveOf = async (server: TestedServer, person: Person, id: string): Promise<Buffer> =>
  (await download(server, `/api/v1/users/me/export/${id}/download`, person).expect(200)).body as Buffer;

const END = 0x06054b50;
const STORED = 0;

/** The entries of a ZIP without ZIP64, by its central directory (APPNOTE 4.3.12). */
export function unzipped(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const end = bytes.length - 22;
  if (bytes.readUInt32LE(end) !== END) throw new Error('not a ZIP');
  const entries = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(at + offset),
    ) as [number, number, number];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(begin, begin + size);
    entries.set(name, method === STORED ? content : inflateRawSync(content));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** The values of the JSON files in an archive, by name. */
export const jsonIn = (entries: ReadonlyMap<string, Buffer>): Record<string, unknown> =>
  Object.fromEntries(
    [...entries]
      .filter(([name]) => /^[\w-]+\.json$/.test(name))
      .map(([name, content]) => [name, JSON.parse(content.toString()) as unknown]),
  );
