import type { Request, RequestHandler } from 'express';
import multer, { type StorageEngine } from 'multer';
import type { Operation } from '../contracts/operation';
import { errors } from '../helpers/errors';
import type { TemporaryFiles } from '../services/files/temporary-files';
import type { Services } from '../services/services';
import { caller } from './authenticated';
import { allowUpload } from './body-deadline';
import { ONE_FILE, refusalOf } from './receives-file';

/** Bytes that wait between reading and writing: more than Node's 16 KiB, so that the one seldom waits for the other. Multer's types have no such options. */
const BUFFERS = { highWaterMark: 256 * 1024, fileHwm: 256 * 1024 };
/** What a multipart body has besides the file, at most. */
const ENVELOPE_BYTES = 16 * 1024;

type Incoming = Awaited<ReturnType<TemporaryFiles['receive']>>;

/** Hands the stream of a file on, hashed and counted while it is written. */
class IncomingFiles implements StorageEngine {
  constructor(private readonly temporary: TemporaryFiles) {}

  _handleFile: StorageEngine['_handleFile'] = (_request, file, done) => {
    this.temporary.receive(file.stream).then((received) => done(null, received), done);
  };

  _removeFile: StorageEngine['_removeFile'] = (_request, file, done) => {
    this.temporary.remove(file.path).then(() => done(null), done);
  };
}

/** Writes the one file of a multipart body to the disk while it comes in; `receivedUpload` gives it. For routes that know who sends it. */
export function receivesUpload(
  { file: contract }: Operation,
  { uploads, temporaryFiles, config }: Pick<Services, 'uploads' | 'temporaryFiles' | 'config'>,
): RequestHandler {
  if (!contract) throw new Error('the operation has no file');
  const { maxBytes } = config.files;
  const read = multer({
    storage: new IncomingFiles(temporaryFiles),
    limits: { fileSize: maxBytes, ...ONE_FILE },
    defParamCharset: 'utf8',
    // What of it is a path is for the service to say.
    preservePath: true,
    ...BUFFERS,
  }).single(contract.field);
  return async (request, response, next) => {
    if (!request.is('multipart/form-data'))
      throw errors.unsupportedMediaType('Send multipart/form-data with a file');
    const length = Number(request.headers['content-length'] ?? maxBytes);
    if (length > maxBytes + ENVELOPE_BYTES) throw errors.payloadTooLarge();
    const release = await uploads.admit(caller(response), Math.max(0, length - ENVELOPE_BYTES));
    // Whoever has gone meanwhile is not heard going.
    if (response.destroyed || request.destroyed) return release();
    response.once('close', release);
    allowUpload(request, response);
    read(request, response, (error: unknown) => {
      if (error) next(refusalOf(error, contract));
      else if (request.file) next();
      else next(errors.validationFailed([{ path: `body.${contract.field}`, message: 'is missing' }]));
    });
  };
}

/** What came in, and what its sender says of it. */
export function receivedUpload(request: Request) {
  if (!request.file) throw new Error('the route receives no file');
  const { path, size, sha256, originalname, mimetype } = request.file as Express.Multer.File & Incoming;
  return { received: { path, size, sha256 }, claimed: { name: originalname, mimeType: mimetype } };
}
