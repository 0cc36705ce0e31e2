import type { Config } from '../../config/env';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus } from '../domain-events';
import type * as OpenTelemetry from './open-telemetry';
import type { Tracing } from './tracing';

/** Loads OpenTelemetry only where traces are asked for: it costs time at the start, and memory. */
export function openTracing(config: Config['tracing'], bus: DomainEventBus, logger: Logger): Tracing | null {
  if (!config) return null;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { OpenTelemetryTracing } = require('./open-telemetry') as typeof OpenTelemetry;
  return new OpenTelemetryTracing(config, bus, logger);
}
