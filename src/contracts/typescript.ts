import { referredName, type JsonSchema } from './json-schema';

const NAME = /^[A-Za-z_$][\w$]*$/;

export const propertyName = (name: string): string => (NAME.test(name) ? name : JSON.stringify(name));

export const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ');

/** A doc comment on lines of its own, or nothing. */
export const comment = (text: unknown): string =>
  typeof text === 'string' ? `/** ${text.replaceAll('*/', '*\\/')} */\n` : '';

const union = (types: readonly string[]): string => [...new Set(types)].join(' | ') || 'never';

const grouped = (type: string): string => (/ [|&] /.test(type) ? `(${type})` : type);

/** A schema keyword that holds schemas: `anyOf` and its like. */
const schemasOf = (value: unknown): JsonSchema[] => (Array.isArray(value) ? (value as JsonSchema[]) : []);

function objectType({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const needed = new Set(required as string[]);
  const members = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, schema]) =>
      `${comment(schema.description)}${propertyName(name)}${needed.has(name) ? '' : '?'}: ${typeOf(schema)};\n`,
  );
  if (typeof additionalProperties === 'object' && additionalProperties !== null) {
    const rest = typeOf(additionalProperties as JsonSchema);
    if (members.length > 0) throw new Error('An object has properties, or a type for all of them, not both');
    return `Record<string, ${rest}>`;
  }
  return members.length === 0 ? 'Record<string, never>' : `{\n${indent(members.join(''))}}`;
}

function arrayType({ items, prefixItems }: JsonSchema): string {
  const tuple = Array.isArray(items) ? items : prefixItems;
  if (tuple) return `[${schemasOf(tuple).map(typeOf).join(', ')}]`;
  return `${grouped(typeOf((items ?? {}) as JsonSchema))}[]`;
}

function primitiveType(type: unknown, schema: JsonSchema): string {
  switch (type) {
    case 'object':
      return objectType(schema);
    case 'array':
      return arrayType(schema);
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    default:
      throw new Error(`There is no TypeScript for ${JSON.stringify(schema)}`);
  }
}

/** The TypeScript type of a JSON schema; a reference becomes the name of its shape. @throws for what it does not know */
export function typeOf(schema: JsonSchema): string {
  const name = referredName(schema);
  if (name !== undefined) return name;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return union((schema.enum as unknown[]).map((value) => JSON.stringify(value)));
  const choices = schemasOf(schema.anyOf ?? schema.oneOf);
  if (choices.length > 0) return union(choices.map((choice) => grouped(typeOf(choice))));
  const parts = schemasOf(schema.allOf);
  if (parts.length > 0) return parts.map((part) => grouped(typeOf(part))).join(' & ');
  if (schema.not) return 'never';
  if (schema.type === undefined) return 'unknown';
  return union([schema.type].flat().map((type) => primitiveType(type, schema)));
}
