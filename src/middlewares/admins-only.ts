import type { Request, RequestHandler, Response } from 'express';
import { asAdmin, type Admin } from '../services/admin/admin';
import { caller } from './authenticated';
import { originOf } from './limit';

/** Behind `authenticated`, which has read the role with the session: lets only admins and the owner pass. */
export const adminsOnly: RequestHandler = (request, response, next) => {
  actingAdmin(request, response);
  next();
};

/** The admin who asks. @throws forbidden */
export function actingAdmin(request: Request, response: Response): Admin {
  return asAdmin(caller(response), originOf(request));
}
