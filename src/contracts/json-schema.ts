import { z } from 'zod';
import { shapes } from './registry';

export type JsonSchema = Record<string, unknown>;

/** OpenAPI 3.1 speaks the first, AsyncAPI 3.0 the second. */
type Draft = 'draft-2020-12' | 'draft-7';

/** Where both documents keep their named schemas. */
export const REF = '#/components/schemas/';

/** Schemas of one direction: the named ones for `components`, the nameless ones to be put where they are used. */
interface Direction {
  add(key: string, schema: z.ZodType): void;
  build(): Converted;
}

export interface Converted {
  readonly named: Record<string, JsonSchema>;
  inline(key: string): JsonSchema;
}

/**
 * Converts all schemas of a direction at once, so that references between them are right. `suffix` tells the
 * request form of a shape (where a default makes a field optional) from the form it is answered in.
 */
export function direction(
  io: 'input' | 'output',
  suffix: string,
  target: Draft = 'draft-2020-12',
): Direction {
  const all = z.registry<{ id: string }>();
  const names = [...shapes._idmap.keys()];
  for (const [id, shape] of shapes._idmap) all.add(shape, { id });
  const keys = new Map<string, string>();
  return {
    add(key, schema) {
      // What has a name of its own is referred to; anything else gets a passing one.
      const known = all.get(schema)?.id ?? `(${key})`;
      if (!all.has(schema)) all.add(schema, { id: known });
      keys.set(key, known);
    },
    build() {
      const uri = (id: string): string => `${REF}${id}${suffix}`;
      const { schemas } = z.toJSONSchema(all, {
        io,
        uri,
        target,
        override({ jsonSchema }) {
          dropSafeIntegerBounds(jsonSchema);
          if (target === 'draft-7') listExample(jsonSchema);
        },
      });
      const clean = (id: string): JsonSchema => {
        const { $id: _id, $schema: _schema, ...rest } = schemas[id] as JsonSchema;
        const description = names.includes(id) ? shapeDescription(id) : undefined;
        return description ? { description, ...rest } : rest;
      };
      return {
        named: Object.fromEntries(names.map((id) => [`${id}${suffix}`, clean(id)])),
        inline(key) {
          const id = keys.get(key) ?? '';
          return names.includes(id) ? { $ref: `${REF}${id}${suffix}` } : clean(id);
        },
      };
    },
  };
}

/** That an integer fits into JavaScript's numbers is no news to anybody. */
function dropSafeIntegerBounds(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** `example` is OpenAPI's word; JSON Schema has a list. */
function listExample(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (!('example' in jsonSchema)) return;
  jsonSchema.examples = [jsonSchema.example];
  delete jsonSchema.example;
}

function shapeDescription(id: string): string | undefined {
  const shape = shapes._idmap.get(id);
  return shape && shapes.get(shape)?.description;
}

/** The names that a schema refers to, and what those refer to. */
export function referredNames(
  schema: unknown,
  named: Record<string, JsonSchema>,
  found = new Set<string>(),
): Set<string> {
  for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    if (name === undefined || found.has(name)) continue;
    found.add(name);
    referredNames(named[name] ?? {}, named, found);
  }
  return found;
}

/** The name of the shape that a schema only refers to. */
export function referredName({ $ref }: JsonSchema): string | undefined {
  return typeof $ref === 'string' ? $ref.slice(REF.length) : undefined;
}
