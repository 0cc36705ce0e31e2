import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { File, FileKind } from '../../src/contracts/files';
import { newId } from '../../src/helpers/ids';
import type { Person } from './people';
import type { TestedServer } from './server';

interface Named {
  readonly filename?: string;
  readonly contentType?: string;
}

/** Uploads bytes as somebody. */
export const upload = (
  server: TestedServer,
  { authorization }: Person,
  bytes: Buffer,
  { filename = 'file.bin', contentType }: Named = {},
) =>
  server.request
    .post('/api/v1/files')
    .set(authorization)
    .attach('file', bytes, { filename, ...(contentType && { contentType }) });

export async function uploaded(
  server: TestedServer,
  person: Person,
  bytes: Buffer = randomBytes(64),
  named: Named = {},
): Promise<File> {
  return (await upload(server, person, bytes, named).expect(201)).body as File;
}

/** superagent's parsers get the message itself. */
type Parsed = (answer: IncomingMessage, done: (error: Error | null, body: unknown) => void) => void;

/** supertest keeps bytes of an unknown kind only when told to; problems stay JSON. */
const asBytes: Parsed = (answer, done) => {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  answer.on('end', () => {
    const bytes = Buffer.concat(chunks);
    const isProblem = answer.headers['content-type']?.includes('problem+json');
    done(null, isProblem ? JSON.parse(bytes.toString()) : bytes);
  });
};

/** Reads a file as somebody, or by a signed address. */
export const download = (server: TestedServer, url: string, person?: Person) =>
  server.request
    .get(url)
    .set(person?.authorization ?? {})
    .buffer(true)
    .parse(asBytes as never);

/** Writes into the database that a message has a file. */
export async function attach(
  server: TestedServer,
  { conversationId, seq }: { readonly conversationId: string; readonly seq: number },
  fileId: string,
): Promise<void> {
  const { writer } = await server.database();
  const position = await writer.attachment.count({ where: { conversationId, seq } });
  await writer.attachment.create({ data: { conversationId, seq, position, fileId } });
  await writer.file.update({ where: { id: fileId }, data: { unattachedSince: null } });
}

export const unknownFile = (): string => `/api/v1/files/${newId()}`;

/** A file of somebody written into the database, without its bytes. @returns its id */
export async function addFile(
  server: TestedServer,
  owner: Pick<Person, 'id'>,
  { kind = 'image', name = 'cat.webp' }: { readonly kind?: FileKind; readonly name?: string } = {},
): Promise<string> {
  const { writer } = await server.database();
  const [id, sha256, createdAt] = [newId(), randomBytes(32).toString('hex'), new Date()];
  await writer.blob.create({
    data: { sha256, storageKey: randomBytes(16).toString('hex'), size: 3, createdAt },
  });
  await writer.file.create({
    data: {
      id,
      ownerId: owner.id,
      sha256,
      kind,
      mimeType: kind === 'file' ? 'application/pdf' : `${kind}/webm`,
      size: 3,
      name,
      createdAt,
      unattachedSince: createdAt,
    },
  });
  return id;
}

/** Which of the files no message has, by the database. */
export async function unattached(server: TestedServer, ids: readonly string[]): Promise<boolean[]> {
  const { reader } = await server.database();
  const rows = await reader.file.findMany({ where: { id: { in: [...ids] } } });
  return ids.map((id) => Boolean(rows.find((row) => row.id === id)?.unattachedSince));
}
