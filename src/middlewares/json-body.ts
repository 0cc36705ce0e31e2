import { json, type RequestHandler } from 'express';
import { fullPath } from '../contracts/openapi';
import { operations } from '../contracts/operations';
import { errors } from '../helpers/errors';

/** Bytes of a JSON body: the longest message any server may allow, in four-byte characters, and some more. */
const MAX_BYTES = 512 * 1024;

/** The operations that take a file read their bodies themselves, once it is known who sends it. */
const withFile = operations
  .filter(({ file }) => file)
  .map((operation) => ({
    method: operation.method.toUpperCase(),
    path: new RegExp(`^${fullPath(operation).replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
  }));

const takesFile = (method: string, url: string): boolean =>
  withFile.some((operation) => operation.method === method && operation.path.test(url));

/** Reads JSON bodies and refuses any other kind, but for multipart where the contract has a file. */
export function jsonBody(): RequestHandler[] {
  const onlyJson: RequestHandler = (request, _response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined ||
      Number(request.headers['content-length'] ?? 0) > 0;
    const isFile =
      takesFile(request.method, request.baseUrl + request.path) && request.is('multipart/form-data');
    if (hasBody && !isFile && !request.is('application/json'))
      throw errors.unsupportedMediaType('Send JSON: Content-Type: application/json');
    next();
  };
  return [onlyJson, json({ limit: MAX_BYTES })];
}
