import { z } from 'zod';
import { GivenPassword, Id, Timestamp } from './fields';
import { operation } from './operation';
import { named } from './registry';

const tag = 'Users';
const path = '/users/me/export';

export const DataExport = named(
  'DataExport',
  z.object({
    id: Id,
    status: z.enum(['waiting', 'making', 'done', 'failed']),
    progress: z.int().min(0).max(100).meta({ description: 'per cent' }),
    size: z.int().nullable().meta({ description: 'bytes of the archive, when it is done' }),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable(),
    expiresAt: Timestamp.meta({ description: 'when it is removed' }),
  }),
  "everything of one's own, in one archive",
);
export type DataExport = z.infer<typeof DataExport>;

export const AskExport = operation({
  id: 'askExport',
  tag,
  method: 'post',
  path,
  peopleOnly: true,
  summary: "Have everything of one's own put into one archive",
  description:
    'A ZIP of JSON files and of what one has uploaded; made behind the request, one at a time: while one is being made, asking again answers that one. An earlier archive is removed. It is there for a day.',
  body: z.strictObject({ password: GivenPassword }),
  answers: { 202: { description: 'it is being made', schema: DataExport } },
  errors: ['invalid_credentials', 'account_locked'],
});

const params = z.strictObject({ exportId: Id });

export const GetExport = operation({
  id: 'getExport',
  tag,
  method: 'get',
  path: `${path}/{exportId}`,
  peopleOnly: true,
  summary: 'How far it is',
  description: 'One that `failed` can be asked for anew.',
  params,
  answers: { 200: { description: 'its state', schema: DataExport } },
  errors: ['not_found'],
});

export const DownloadExport = operation({
  id: 'downloadExport',
  tag,
  method: 'get',
  path: `${path}/{exportId}/download`,
  peopleOnly: true,
  summary: 'The archive',
  description: 'Answers HEAD, `If-None-Match`, and single ranges. `conflict` until it is done.',
  params,
  answers: {
    200: { description: 'the bytes', mediaType: 'application/zip' },
    206: { description: 'the part that was asked for', mediaType: 'application/zip' },
    304: { description: 'the caller has it already' },
    416: { description: 'there is no such part' },
  },
  errors: ['not_found', 'conflict'],
});
