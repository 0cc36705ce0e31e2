import type { RequestHandler } from 'express';

/** For answers that hold tokens: no cache keeps them (RFC 9111, 5.2.2.5; RFC 6749, 5.1). */
export const neverStored: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
