import { collectDefaultMetrics, Registry } from 'prom-client';

let registry: Registry | undefined;

/** What is measured of the process, its event loop and its garbage collector: once a process, from the first time that it is asked for. */
export function processMetrics(): Registry {
  if (registry) return registry;
  registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
