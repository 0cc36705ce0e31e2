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
