import type { z } from 'zod';
import type { ErrorCode } from '../helpers/errors';

export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** What the body is instead of JSON; bytes, without a schema. */
  readonly mediaType?: string;
}

/** A multipart/form-data body with this one file and nothing else. */
export interface FileBody {
  readonly field: string;
  readonly maxBytes: number;
  readonly mediaTypes: readonly string[];
}

/**
 * One REST operation, once: requests are validated by it, handlers typed by it, the OpenAPI document made from it.
 * `path` is written as OpenAPI does: `/chats/{chatId}`, under `/api/v1` unless `root`.
 */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly tag: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** No access token is asked for. */
  readonly open?: boolean;
  /** Bots are answered `forbidden`. */
  readonly peopleOnly?: boolean;
  /** Outside `/api/v1`. */
  readonly root?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Instead of `body`. */
  readonly file?: FileBody;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside what every operation can answer: validation_failed, payload_too_large, unsupported_media_type, rate_limited, internal, unavailable and, unless open, unauthenticated and account_suspended. */
  readonly errors?: readonly ErrorCode[];
}

export type InputOf<O> =
  O extends Operation<infer P, infer Q, infer B>
    ? { readonly params: z.output<P>; readonly query: z.output<Q>; readonly body: z.output<B> }
    : never;

export function operation<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  definition: Operation<Params, Query, Body>,
): Operation<Params, Query, Body> {
  return definition;
}
