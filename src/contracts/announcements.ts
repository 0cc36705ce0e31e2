import { z } from 'zod';
import { Counter, Id, Limit, Timestamp, page, statement } from './fields';
import { operation } from './operation';
import { named } from './registry';
import { User } from './users';

export const AnnouncementChannel = z.enum(['socket', 'email', 'telegram']);
export type AnnouncementChannel = z.infer<typeof AnnouncementChannel>;

export const Announcement = named(
  'Announcement',
  z.object({ id: Id, content: z.string(), createdAt: Timestamp }),
  'what the admins tell everybody',
);
export type Announcement = z.infer<typeof Announcement>;

const MadeAnnouncement = named(
  'MadeAnnouncement',
  Announcement.extend({
    author: User.nullable(),
    via: z.array(AnnouncementChannel),
    mailed: Counter.meta({ description: 'people whose mail was written so far' }),
    mailedAt: Timestamp.nullable().meta({
      description: 'when the last one was; `null`: not yet, or by no mail',
    }),
    telegrams: Counter.meta({ description: 'people whose Telegram message was written so far' }),
    telegramsAt: Timestamp.nullable().meta({
      description: 'when the last one was; `null`: not yet, or not by Telegram',
    }),
  }),
  'an announcement, as admins see it',
);
export type MadeAnnouncement = z.infer<typeof MadeAnnouncement>;

const MadeAnnouncementPage = named('MadeAnnouncementPage', page(MadeAnnouncement));
export type MadeAnnouncementPage = z.infer<typeof MadeAnnouncementPage>;

export const NewAnnouncement = z.strictObject({
  content: statement(4000),
  via: z
    .array(AnnouncementChannel)
    .min(1)
    .max(AnnouncementChannel.options.length)
    .refine((channels) => new Set(channels).size === channels.length, 'must be different ones'),
});
export type NewAnnouncement = z.infer<typeof NewAnnouncement>;

export const MakeAnnouncement = operation({
  id: 'makeAnnouncement',
  tag: 'Admin',
  method: 'post',
  path: '/admin/announcements',
  summary: 'Tell everybody something',
  description:
    'Connected sockets hear it at once (`announcement`); mails to all who have an account now and are not suspended are written in the background, a ' +
    'hundred at a time, so that codes need not wait for them; messages to all who have linked a Telegram chat likewise (`telegram` is refused ' +
    'where there is no bot). Everybody can read it for 30 days, however it was told. The same again by the same ' +
    'admin within ten minutes is answered with what was told already, and told nobody.',
  body: NewAnnouncement,
  answers: { 202: { description: 'it is stored, and being told', schema: MadeAnnouncement } },
  errors: ['forbidden'],
});

export const ListMadeAnnouncements = operation({
  id: 'listMadeAnnouncements',
  tag: 'Admin',
  method: 'get',
  path: '/admin/announcements',
  summary: 'What was announced, latest first, and how far the mails are',
  query: z.strictObject({ limit: Limit, cursor: z.string().max(200).optional() }),
  answers: { 200: { description: 'a page', schema: MadeAnnouncementPage } },
  errors: ['forbidden'],
});

export const ListAnnouncements = operation({
  id: 'listAnnouncements',
  tag: 'Announcements',
  method: 'get',
  path: '/announcements',
  summary: 'What was announced in the last 30 days, latest first, fifty at most',
  answers: { 200: { description: 'all of it', schema: z.object({ items: z.array(Announcement) }) } },
});
