import { z } from 'zod';
import { operation } from './operation';

const tag = 'Users';
const path = '/unsubscribe/{token}';
const params = z.strictObject({
  token: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be the token of a mail')
    .meta({ description: 'as it stands in the mail' }),
});

export const ShowUnsubscribe = operation({
  id: 'showUnsubscribe',
  tag,
  method: 'get',
  path,
  open: true,
  summary: 'A page with a button that ends mails about unread messages',
  description: 'Looking at it changes nothing: mail programs follow links by themselves.',
  params,
  answers: { 200: { description: 'the page', mediaType: 'text/html' } },
});

export const Unsubscribe = operation({
  id: 'unsubscribe',
  tag,
  method: 'post',
  path,
  open: true,
  summary: 'No more mails about unread messages: sets `notifications.email` to `nothing`',
  description:
    'One click (RFC 8058): whatever the body says. It does not tell whether the token was right, and may be asked again.',
  params,
  answers: { 200: { description: 'the page that says so', mediaType: 'text/html' } },
});
