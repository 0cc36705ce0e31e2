import type { RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { InputOf, Operation } from '../contracts/operation';
import { validate } from '../contracts/validate';
import { AppError, errors } from '../helpers/errors';
import type { Identity } from '../services/accounts/identity';

const PARTS = ['params', 'query', 'body'] as const;

/** Checks a request against its contract, and that no bot asks what is for people; what it means after parsing is read with `input`. All that is wrong is told at once. */
export function accepts<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  contract: Operation<P, Q, B>,
): RequestHandler {
  return (request, response, next) => {
    const identity = response.locals.identity as Identity | undefined;
    if (contract.peopleOnly && identity?.isBot) throw errors.forbidden('This is not for bots');
    const parsed: Record<string, unknown> = {};
    const wrong: { path: string; message: string }[] = [];
    for (const part of PARTS) {
      const schema = contract[part];
      if (!schema) continue;
      try {
        parsed[part] = validate(schema, request[part] ?? {}, part);
      } catch (error) {
        if (!(error instanceof AppError) || !error.errors) throw error;
        wrong.push(...error.errors);
      }
    }
    if (wrong.length > 0) throw errors.validationFailed(wrong);
    response.locals.input = parsed;
    next();
  };
}

/** What the request says, parsed and typed by its contract. */
export function input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  _contract: Operation<P, Q, B>,
  response: Response,
): InputOf<Operation<P, Q, B>> {
  return response.locals.input as InputOf<Operation<P, Q, B>>;
}
