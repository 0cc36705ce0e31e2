import type { Request, RequestHandler } from 'express';
import multer, { MulterError } from 'multer';
import type { FileBody, Operation } from '../contracts/operation';
import { AppError, errors } from '../helpers/errors';

/** One file, and room for the headers of its part. */
export const ONE_FILE = { files: 1, fields: 0, parts: 1, headerPairs: 20 } as const;

/** What multer and busboy complain of is what the client sent. */
export function refusalOf(error: unknown, { field }: FileBody): AppError {
  if (error instanceof AppError) return error;
  const known = error instanceof MulterError;
  if (known && error.code === 'LIMIT_FILE_SIZE') return errors.payloadTooLarge();
  const message = known ? `must be one file, called ${field}` : 'must be whole and well-formed multipart';
  return errors.validationFailed([{ path: 'body', message }]);
}

/** Reads the one file of a multipart body into memory; `receivedFile` gives its bytes. For routes that know who sends it. */
export function receivesFile({ file: contract }: Operation): RequestHandler {
  if (!contract) throw new Error('the operation has no file');
  const { field, maxBytes, mediaTypes } = contract;
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: maxBytes, ...ONE_FILE },
  }).single(field);
  return (request, response, next) => {
    if (request.is('application/json'))
      throw errors.unsupportedMediaType(`Send multipart/form-data with a file: ${mediaTypes.join(', ')}`);
    read(request, response, (error: unknown) => {
      if (error) next(refusalOf(error, contract));
      else if (request.file) next();
      else next(errors.validationFailed([{ path: `body.${field}`, message: 'is missing' }]));
    });
  };
}

export function receivedFile(request: Request): Buffer {
  if (!request.file) throw new Error('the route receives no file');
  return request.file.buffer;
}
