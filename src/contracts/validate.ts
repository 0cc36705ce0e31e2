import type { z } from 'zod';
import { errors } from '../helpers/errors';

/**
 * Parses what came over the wire.
 * @param root how the value is called in error paths: `body`, `query`, `params` or `payload`
 * @throws validation_failed with every field that is wrong
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  root: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw errors.validationFailed(
    result.error.issues.slice(0, 20).map((issue) => ({
      path: [root, ...issue.path].map(String).join('.').slice(0, 200),
      message: issue.message.slice(0, 300),
    })),
  );
}
