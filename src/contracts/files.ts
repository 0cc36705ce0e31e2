import { z } from 'zod';
import { Id } from './fields';
import { operation, type FileBody } from './operation';
import { named } from './registry';

const tag = 'Files';

export const FileKind = z.enum(['image', 'video', 'audio', 'file']);
export type FileKind = z.infer<typeof FileKind>;

export const File = named(
  'File',
  z.object({
    id: Id,
    kind: FileKind.meta({ description: 'what its bytes are, whatever its name says' }),
    mimeType: z.string(),
    size: z.int().meta({ description: 'bytes' }),
    name: z
      .string()
      .meta({ description: 'without a path, control characters or what turns the direction of text' }),
    width: z.int().optional().meta({ description: 'pixels, upright; of pictures and videos' }),
    height: z.int().optional(),
    duration: z.number().optional().meta({ description: 'seconds; of audio and video' }),
    blur: z
      .string()
      .optional()
      .meta({ description: 'a tiny WebP, base64, to show until the picture is there' }),
    thumbnailUrl: z.string().optional().meta({ description: 'a small WebP; signed, as `url`' }),
    url: z.string().meta({
      description: 'signed: whoever has it may read the file, for one hour at least and two at most',
    }),
    sha256: z.string().meta({ description: 'of the bytes as they are kept, hex; the ETag' }),
  }),
);
export type File = z.infer<typeof File>;

/** The largest file that any server may be set to allow; `UPLOAD_MAX_BYTES` is checked while it comes in. */
export const MOST_UPLOAD_BYTES = 5 * 1024 ** 3;

/** Pictures are decoded, which takes memory. */
export const IMAGE_MAX_BYTES = 25 * 1024 * 1024;

export const AnyFile: FileBody = { field: 'file', maxBytes: MOST_UPLOAD_BYTES, mediaTypes: ['*/*'] };

export const UploadFile = operation({
  id: 'uploadFile',
  tag,
  method: 'post',
  path: '/files',
  summary: 'Upload a file, to be attached to a message',
  description:
    'Judged by its bytes: its name and type are only hints. Executables and scripts are refused. Pictures have at most 25 MiB; they are kept without what they tell of place, camera and maker, and upright. Others may have as much as the server is set to allow. A file that no message has is removed after a day.',
  file: AnyFile,
  answers: { 201: { description: 'the file', schema: File } },
  errors: ['quota_exceeded'],
});

const params = z.strictObject({ fileId: Id });

/** What a signed address has, and nothing else. */
const signature = {
  expires: z.coerce.number().int().min(0).max(99_999_999_999).optional(),
  signature: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'of a signed address: instead of an access token' }),
};

const READ =
  'For whoever uploaded it, and the members of a conversation with a message that has it and that they can see; or with a signed address. Answers HEAD, `If-None-Match`, and single ranges.';

const ANSWERS = {
  200: { description: 'the bytes', mediaType: '*/*' },
  206: { description: 'the part that was asked for', mediaType: '*/*' },
  304: { description: 'the caller has it already' },
  416: { description: 'there is no such part' },
};

export const GetFile = operation({
  id: 'getFile',
  tag,
  method: 'get',
  path: '/files/{fileId}',
  summary: 'The bytes of a file',
  description: READ,
  params,
  query: z.strictObject({
    ...signature,
    download: z
      .string()
      .max(10)
      .optional()
      .meta({ description: 'to be saved, not shown; with or without a value' }),
  }),
  answers: ANSWERS,
  errors: ['not_found'],
});

export const GetFileThumbnail = operation({
  id: 'getFileThumbnail',
  tag,
  method: 'get',
  path: '/files/{fileId}/thumbnail',
  summary: 'A small picture of a file',
  description: READ,
  params,
  query: z.strictObject(signature),
  answers: ANSWERS,
  errors: ['not_found'],
});

export const DeleteFile = operation({
  id: 'deleteFile',
  tag,
  method: 'delete',
  path: '/files/{fileId}',
  summary: "Remove one's own file, which no message has",
  params,
  answers: { 204: { description: 'it is gone' } },
  errors: ['not_found', 'conflict'],
});
