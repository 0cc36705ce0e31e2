import type { FileKind } from '../../contracts/files';
import type { Row } from '../../database/database';
import { asDate, asDateOrNull, asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';

export type { FileKind };

/** What somebody uploaded. */
export interface StoredFile {
  readonly id: string;
  readonly ownerId: string;
  readonly sha256: string;
  readonly thumbnailSha256: string | null;
  readonly kind: FileKind;
  readonly mimeType: string;
  readonly size: number;
  readonly name: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  readonly blur: string | null;
  readonly createdAt: Date;
  /** since when no message has it; `null` while one has */
  readonly unattachedSince: Date | null;
}

/** Of `f`. */
export const FILE_COLUMNS = `f.id, f.ownerId, f.sha256, f.thumbnailSha256, f.kind, f.mimeType, f.size, f.name, f.width, f.height,
  f.durationSeconds, f.blur, f.createdAt, f.unattachedSince`;

/** A row of FILE_COLUMNS. */
export const toStoredFile = (row: Row): StoredFile => ({
  id: asText(row.id),
  ownerId: asText(row.ownerId),
  sha256: asText(row.sha256),
  thumbnailSha256: asTextOrNull(row.thumbnailSha256),
  kind: asText(row.kind) as FileKind,
  mimeType: asText(row.mimeType),
  size: asNumber(row.size),
  name: asText(row.name),
  width: asNumberOrNull(row.width),
  height: asNumberOrNull(row.height),
  durationSeconds: asNumberOrNull(row.durationSeconds),
  blur: asTextOrNull(row.blur),
  createdAt: asDate(row.createdAt),
  unattachedSince: asDateOrNull(row.unattachedSince),
});

/** What of a file is asked for; an address of the one does not open the other. */
export type FilePart = 'content' | 'thumbnail';
