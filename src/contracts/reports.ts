import { z } from 'zod';
import { ConversationKind, MessageType } from './messages';
import { FileKind } from './files';
import { Id, Limit, Timestamp, page, statement, text } from './fields';
import { operation } from './operation';
import { named } from './registry';
import { User } from './users';

export const ReportTarget = z.enum(['user', 'message', 'conversation']);
export type ReportTarget = z.infer<typeof ReportTarget>;

export const ReportReason = z.enum([
  'spam',
  'harassment',
  'violence',
  'nudity',
  'hate',
  'illegal',
  'impersonation',
  'other',
]);

export const ReportStatus = z.enum(['open', 'in_review', 'resolved', 'dismissed']);
export type ReportStatus = z.infer<typeof ReportStatus>;

/** What only the server itself reports comes last. */
const AnyReason = z.enum([...ReportReason.options, 'infected_file']);
export type AnyReason = z.infer<typeof AnyReason>;

const Note = text(0, 1000);

const OwnReport = named(
  'OwnReport',
  z.object({
    id: Id,
    targetType: ReportTarget,
    targetId: Id,
    reason: AnyReason,
    note: z.string(),
    status: ReportStatus,
    createdAt: Timestamp,
  }),
  'a report, as whoever made it sees it',
);
export type OwnReport = z.infer<typeof OwnReport>;

export const CreateReport = operation({
  id: 'createReport',
  tag: 'Reports',
  method: 'post',
  path: '/reports',
  summary: 'Report somebody, a message or a conversation to the admins',
  description:
    'Of what one may see. What is there to be seen now is kept with the report: of a message its text and up to five messages before it and ' +
    'after it, as the caller sees them. Nobody but the admins is told. While a report of the same target is not closed, the same person gets ' +
    'that one again, as it is.',
  body: z.strictObject({
    targetType: ReportTarget,
    targetId: Id,
    reason: ReportReason,
    note: Note.optional(),
  }),
  answers: {
    200: { description: 'the report that is not closed yet', schema: OwnReport },
    201: { description: 'the new report', schema: OwnReport },
  },
  errors: ['not_found'],
});

const ReportedMessage = z.object({
  id: Id,
  seq: z.int(),
  senderId: Id,
  type: MessageType,
  content: z.string().nullable().meta({ description: '`null`: deleted before the report' }),
  attachments: z.array(
    z.object({
      id: Id,
      name: z.string(),
      kind: FileKind,
      mimeType: z.string(),
      size: z.number(),
    }),
  ),
  createdAt: Timestamp,
  editedAt: Timestamp.nullable(),
});
export type ReportedMessage = z.infer<typeof ReportedMessage>;

const ReportContext = named(
  'ReportContext',
  z.object({
    user: z.object({ username: z.string(), displayName: z.string(), bio: z.string() }).optional(),
    conversation: z
      .object({
        id: Id,
        kind: ConversationKind,
        title: z.string().nullable(),
        description: z.string().nullable(),
        handle: z.string().nullable(),
      })
      .optional(),
    before: z.array(ReportedMessage).optional(),
    message: ReportedMessage.optional(),
    after: z.array(ReportedMessage).optional(),
  }),
  'what the reporter saw: it stays when the original is edited or deleted',
);
export type ReportContext = z.infer<typeof ReportContext>;

const Report = named(
  'Report',
  OwnReport.extend({
    reporter: User.nullable().meta({ description: '`null`: the server itself' }),
    subject: User.nullable().meta({
      description:
        'whom it is about: that person, who wrote the message, who owns the conversation, or the other one of a private chat',
    }),
    handledBy: User.nullable(),
    handledAt: Timestamp.nullable(),
    resolution: z.string().nullable(),
  }),
  'a report, as admins see it',
);
export type Report = z.infer<typeof Report>;

const ReportPage = named('ReportPage', page(Report));
export type ReportPage = z.infer<typeof ReportPage>;

const ReportDetails = named(
  'ReportDetails',
  Report.extend({
    context: ReportContext,
    others: z.array(Report).meta({ description: 'the latest other reports of the same target, 20 at most' }),
  }),
);
export type ReportDetails = z.infer<typeof ReportDetails>;

const ReportsQuery = z.strictObject({
  status: ReportStatus.optional(),
  targetType: ReportTarget.optional(),
  limit: Limit,
  cursor: z.string().max(200).optional(),
});
export type ReportsQuery = z.infer<typeof ReportsQuery>;

export const ListReports = operation({
  id: 'listReports',
  tag: 'Admin',
  method: 'get',
  path: '/admin/reports',
  summary: 'What was reported, latest first; without what is about the caller',
  query: ReportsQuery,
  answers: { 200: { description: 'a page', schema: ReportPage } },
  errors: ['forbidden'],
});

const reportParams = z.strictObject({ reportId: Id });

export const GetReport = operation({
  id: 'getReport',
  tag: 'Admin',
  method: 'get',
  path: '/admin/reports/{reportId}',
  summary: 'A report with its context; not found by whom it is about',
  params: reportParams,
  answers: { 200: { description: 'the report', schema: ReportDetails } },
  errors: ['forbidden', 'not_found'],
});

export const HandleReport = operation({
  id: 'handleReport',
  tag: 'Admin',
  method: 'patch',
  path: '/admin/reports/{reportId}',
  summary: 'Take a report on, put it back, or close it',
  description:
    'open → in_review, resolved, dismissed; in_review → open, resolved, dismissed. A closed one stays closed: `conflict`, as for a step that ' +
    'another admin has taken first. Closed reports are kept for a year.',
  params: reportParams,
  body: z
    .strictObject({
      status: ReportStatus,
      resolution: statement(1000).optional().meta({ description: 'what came of it: needed to close it' }),
    })
    .refine(
      ({ status, resolution }) => status === 'open' || status === 'in_review' || resolution !== undefined,
      { path: ['resolution'], message: 'must say what came of it' },
    ),
  answers: { 200: { description: 'the report as it is now', schema: Report } },
  errors: ['forbidden', 'not_found', 'conflict'],
});
