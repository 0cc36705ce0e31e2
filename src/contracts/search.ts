import { z } from 'zod';
import { Counter, Id, Moment, line, page } from './fields';
import { Message, MessageType } from './messages';
import { operation } from './operation';
import { named } from './registry';

export const FoundMessage = named(
  'FoundMessage',
  z.object({
    conversationId: Id,
    message: Message,
    highlights: z.array(z.array(Counter).min(2).max(2)).meta({
      description:
        'where it was found in `content`: [start, end) in UTF-16 units, in order, without overlaps',
    }),
  }),
);
export type FoundMessage = z.infer<typeof FoundMessage>;

export const FoundMessagePage = named('FoundMessagePage', page(FoundMessage));
export type FoundMessagePage = z.infer<typeof FoundMessagePage>;

export const SearchMessagesQuery = z.strictObject({
  q: line(1, 200).meta({
    description:
      'words, "phrases", `from:@username`, `in:@handle`, `has:file`; all of it must be so. Case, accents and forms of letters do not matter',
    example: 'from:@ada "see you"',
  }),
  conversationId: Id.optional(),
  from: Id.optional().meta({ description: 'who wrote it' }),
  type: MessageType.exclude(['system']).optional(),
  before: Moment.optional(),
  after: Moment.optional(),
  sort: z.enum(['newest', 'best']).default('newest').meta({
    description: '`best`: of the newest 500 found, those first in which it occurs most',
  }),
  limit: z.coerce.number().int().min(1).max(50).default(20).meta({ description: 'items a page, at most' }),
  cursor: z.string().max(200).optional(),
});
export type SearchMessagesQuery = z.infer<typeof SearchMessagesQuery>;

export const SearchMessages = operation({
  id: 'searchMessages',
  tag: 'Messages',
  method: 'get',
  path: '/search/messages',
  summary: 'Find messages in all conversations one is in, or in one of them',
  description:
    'A new message, an edit or a deletion is found, or not any more, within two seconds. A page may be short, or empty: there is more while `nextCursor` is not null.',
  query: SearchMessagesQuery,
  answers: { 200: { description: 'a page', schema: FoundMessagePage } },
  errors: ['not_found'],
});
