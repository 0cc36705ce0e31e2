import { z } from 'zod';
import { operation } from './operation';

const tag = 'Operations';
const Health = z.object({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])).optional(),
});

export const Live = operation({
  id: 'live',
  tag,
  method: 'get',
  path: '/health/live',
  root: true,
  open: true,
  summary: 'The process runs',
  answers: { 200: { description: 'it does', schema: Health } },
});

export const ReadMetrics = operation({
  id: 'readMetrics',
  tag,
  method: 'get',
  path: '/metrics',
  root: true,
  open: true,
  summary: 'What the server does, for Prometheus',
  description:
    'With METRICS_TOKEN: for whoever shows it as a bearer token. With METRICS_PORT it is at that port instead, and not_found here. With neither it is there for the machine that the server runs on, in production not at all.',
  answers: { 200: { description: 'the text format 0.0.4', mediaType: 'text/plain' } },
  errors: ['unauthenticated', 'not_found'],
});

export const Ready = operation({
  id: 'ready',
  tag,
  method: 'get',
  path: '/health/ready',
  root: true,
  open: true,
  summary: 'The process can serve: its database answers and it is not stopping',
  description:
    'With several nodes `checks.redis` says whether Redis answers. A node serves without it, so it is ready all the same.',
  answers: {
    200: { description: 'ready', schema: Health },
    503: { description: 'not ready', schema: Health },
  },
});
