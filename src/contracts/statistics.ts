import { z } from 'zod';
import { Counter, Timestamp } from './fields';
import { operation } from './operation';
import { named } from './registry';

const PerKind = z.object({ chat: Counter, group: Counter, channel: Counter });

export const Statistics = named(
  'Statistics',
  z.object({
    countedAt: Timestamp.meta({ description: 'asked again within half a minute, the same is answered' }),
    accounts: z.object({
      total: Counter,
      suspended: Counter,
      online: Counter.meta({ description: 'people connected to this process, or within their grace' }),
      activeToday: Counter.meta({ description: 'connected within 24 hours, or now' }),
      activeThisWeek: Counter.meta({ description: 'within 7 days' }),
      activeThisMonth: Counter.meta({ description: 'within 30 days' }),
    }),
    sockets: Counter.meta({ description: 'connections to this process' }),
    conversations: PerKind,
    messages: z.array(PerKind.extend({ day: z.iso.date() })).meta({
      description: 'written a day (UTC), latest first: today so far, then up to 30 days that were counted',
    }),
    storage: z.object({
      files: Counter,
      objects: Counter.meta({ description: 'the same bytes are one' }),
      bytes: z.int().min(0),
    }),
    queues: z.object({
      outbox: z.object({
        waiting: Counter,
        oldestAt: Timestamp.nullable(),
        dead: Counter.meta({ description: 'given up, and kept for the operator' }),
      }),
      searchIndex: z.object({
        waiting: Counter.meta({ description: 'conversations that this process has yet to look at' }),
      }),
    }),
  }),
  'how the server is used; counts, nothing of what is said',
);
export type Statistics = z.infer<typeof Statistics>;

export const GetStatistics = operation({
  id: 'getStatistics',
  tag: 'Admin',
  method: 'get',
  path: '/admin/stats',
  summary: 'How the server is used; cheap enough to be asked every half minute',
  answers: { 200: { description: 'the numbers', schema: Statistics } },
  errors: ['forbidden'],
});
