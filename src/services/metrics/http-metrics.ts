import { METHODS } from 'node:http';
import { Counter, Histogram, type Registry } from 'prom-client';

const DURATION_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** A request that was answered, or given up by who sent it. */
export interface FinishedRequest {
  readonly method: string;
  /** a template such as `/api/v1/chats/{chatId}`, never what was asked for */
  readonly route: string;
  /** `null`: it was given up before it was answered */
  readonly status: number | null;
  readonly seconds: number;
}

export class HttpMetrics {
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly durations: Histogram<'method' | 'route'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'chat_http_requests_total',
      help: 'Requests that have ended, by route and status; `aborted`: their sender did not wait for the answer',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.durations = new Histogram({
      name: 'chat_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, uploads and downloads included',
      labelNames: ['method', 'route'],
      buckets: DURATION_BUCKETS,
      registers,
    });
  }

  add({ method, route, status, seconds }: FinishedRequest): void {
    const labels = { method: METHODS.includes(method) ? method : 'other', route };
    this.requests.inc({ ...labels, status: status ?? 'aborted' });
    this.durations.observe(labels, seconds);
  }
}
