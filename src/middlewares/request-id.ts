import type { RequestHandler } from 'express';
import { newId } from '../helpers/ids';

/** An id a proxy gave, if it is short and plain, otherwise a new one: in the logs, the problem body and `X-Request-Id`. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : newId();
  response.locals.requestId = id;
  response.setHeader('X-Request-Id', id);
  next();
};
