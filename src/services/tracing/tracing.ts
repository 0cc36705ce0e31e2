import type { FinishedRequest } from '../metrics/http-metrics';

/** Spans of what the server has done. They hold templates and numbers: no paths, ids, addresses, tokens or texts. */
export interface Tracing {
  /** @param traceparent the caller's span, by W3C Trace Context; of a caller that is trusted only */
  requestEnded(request: FinishedRequest, traceparent: string | undefined): void;
  /** @param code why it was refused; `null`: it was not */
  eventAnswered(event: {
    readonly name: string;
    readonly code: string | null;
    readonly seconds: number;
  }): void;
  /** Sends what is left, if it can. Never rejects. */
  close(): Promise<void>;
}
