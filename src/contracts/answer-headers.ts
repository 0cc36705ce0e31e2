import type { JsonSchema } from './json-schema';
import type { Operation } from './operation';

export interface OpenApiHeader {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: string;
}

type HeaderName = 'RateLimit' | 'RateLimit-Policy' | 'Retry-After';

const SOURCE = 'A list of structured fields (RFC 9651); draft-ietf-httpapi-ratelimit-headers-10.';

/** What answers say beside their bodies, once for all of them. */
export const HEADERS: Readonly<Record<HeaderName, OpenApiHeader>> = {
  RateLimit: {
    description: `what is left of each limit that the request counted towards: \`r\` times within the next \`t\` seconds. ${SOURCE}`,
    schema: { type: 'string' },
    example: '"request";r=1199;t=60, "search";r=59;t=60',
  },
  'RateLimit-Policy': {
    description: `those limits: \`q\` times in \`w\` seconds. ${SOURCE}`,
    schema: { type: 'string' },
    example: '"request";q=1200;w=60, "search";q=60;w=60',
  },
  'Retry-After': {
    description: 'seconds until the next try',
    schema: { type: 'integer', minimum: 0 },
  },
};

/** The headers that an answer of an operation may have. Whether the server is well is asked without a limit. */
export function headersOf(
  { root, tag }: Pick<Operation, 'root' | 'tag'>,
  status: number,
): Partial<Record<HeaderName, { $ref: string }>> | undefined {
  const names: HeaderName[] = root && tag === 'Operations' ? [] : ['RateLimit', 'RateLimit-Policy'];
  // 403: when a suspension ends.
  if ([403, 429, 503].includes(status)) names.push('Retry-After');
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
