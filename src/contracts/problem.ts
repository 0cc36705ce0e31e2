import { z } from 'zod';
import { CATALOGUE, type AppError, type ErrorCode } from '../helpers/errors';
import { named } from './registry';

export const Code = named(
  'ErrorCode',
  z.enum(Object.keys(CATALOGUE) as [ErrorCode, ...ErrorCode[]]),
  'stable; the same over REST and sockets',
);

export const FieldProblem = named(
  'FieldProblem',
  z.object({ path: z.string().meta({ example: 'body.email' }), message: z.string() }),
);

export const Problem = named(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: Code,
    requestId: z.string(),
    errors: z.array(FieldProblem).optional(),
    retryAfter: z.number().optional().meta({ description: 'seconds' }),
  }),
  'RFC 9457 problem details',
);
export type Problem = z.infer<typeof Problem>;

/** What a socket acknowledgement says when something was refused. */
export const SocketProblem = named(
  'SocketProblem',
  z.object({
    code: Code,
    message: z.string(),
    errors: z.array(FieldProblem).optional(),
    retryAfter: z.number().optional().meta({ description: 'seconds' }),
  }),
  'why something was refused',
);
export type SocketProblem = z.infer<typeof SocketProblem>;

/** A refusal as an acknowledgement says it, and an answer that tells of several things. */
export function presentRefusal(refusal: AppError): SocketProblem {
  return {
    code: refusal.code,
    message: refusal.message,
    ...(refusal.errors && { errors: [...refusal.errors] }),
    ...(refusal.retryAfterSeconds !== undefined && { retryAfter: refusal.retryAfterSeconds }),
  };
}
