import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Config } from '../../config/env';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus } from '../domain-events';
import type { FinishedRequest } from '../metrics/http-metrics';
import type { Tracing } from './tracing';

/** Milliseconds that a collector which does not answer may hold up the end of the process. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * Spans made by hand, when what they tell of is over: instrumentation by patching would put addresses and query strings into them.
 * How often is sampled, the collector's headers and the rest say the SDK's own OTEL_* variables.
 */
export class OpenTelemetryTracing implements Tracing {
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;
  private readonly propagator = new W3CTraceContextPropagator();

  constructor(
    { endpoint, serviceName }: NonNullable<Config['tracing']>,
    bus: DomainEventBus,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
    this.provider = new BasicTracerProvider({
      resource: defaultResource()
        .merge(detectResources({ detectors: [envDetector] }))
        .merge(resourceFromAttributes({ 'service.name': serviceName })),
      spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: CLOSE_WITHIN_MS })],
    });
    this.tracer = this.provider.getTracer('chat-server');
    bus.on('batch.settling', ({ count, commitSeconds }) => {
      if (commitSeconds !== null) this.batchCommitted(count, commitSeconds);
    });
  }

  requestEnded({ method, route, status, seconds }: FinishedRequest, traceparent: string | undefined): void {
    const parent = traceparent
      ? this.propagator.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter)
      : ROOT_CONTEXT;
    const now = Date.now();
    const attributes = {
      'http.request.method': method,
      'http.route': route,
      ...(status !== null && { 'http.response.status_code': status }),
    };
    const name = `${method} ${route}`;
    const options = { kind: SpanKind.SERVER, startTime: now - seconds * 1000, attributes };
    const span = this.tracer.startSpan(name, options, parent);
    if (status === null || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(now);
  }

  eventAnswered({ name, code, seconds }: Parameters<Tracing['eventAnswered']>[0]): void {
    const now = Date.now();
    const attributes = { 'chat.event': name, ...(code !== null && { 'error.type': code }) };
    const options = { kind: SpanKind.SERVER, startTime: now - seconds * 1000, attributes };
    const span = this.tracer.startSpan(`event ${name}`, options, ROOT_CONTEXT);
    if (code === 'internal' || code === 'unavailable') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(now);
  }

  async close(): Promise<void> {
    try {
      await this.provider.shutdown();
    } catch (error) {
      this.logger.warn({ reason: (error as Error).message }, 'the last traces were not sent');
    }
  }

  private batchCommitted(commands: number, seconds: number): void {
    const now = Date.now();
    const attributes = { 'chat.batch.commands': commands };
    const options = { kind: SpanKind.INTERNAL, startTime: now - seconds * 1000, attributes };
    this.tracer.startSpan('commit batch', options, ROOT_CONTEXT).end(now);
  }
}
