/** Raw rows differ between the databases (dates as text, counts as BigInt, booleans as 0 and 1): nothing of that leaves a query file. */

export function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'string') return Number(value);
  throw new TypeError(`not a number: ${typeof value}`);
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`not a text: ${typeof value}`);
}

export function asTextOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : asText(value);
}

export function asDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === 'string')
    return new Date(/[zZ]|[+-]\d\d:\d\d$/.test(value) ? value : `${value.replace(' ', 'T')}Z`);
  if (typeof value === 'number') return new Date(value);
  throw new TypeError(`not a date: ${typeof value}`);
}

export function asDateOrNull(value: unknown): Date | null {
  return value === null || value === undefined ? null : asDate(value);
}

export function asNumberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : asNumber(value);
}

export function asBoolean(value: unknown): boolean {
  return value === true || (value !== false && asNumber(value) !== 0);
}
