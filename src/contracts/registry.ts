import { z } from 'zod';

/**
 * The named shapes of the documents. A registry of our own: an `id` in zod's global one would become a
 * dangling `#/definitions/…` wherever the shape is embedded.
 */
export const shapes = z.registry<{ id: string; description?: string }>();

/** Gives a shape its name in the documents. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema, description?: string): Schema {
  shapes.add(schema, description ? { id, description } : { id });
  return schema;
}
