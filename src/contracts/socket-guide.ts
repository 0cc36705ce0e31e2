/** What a client developer must know beside the events: Markdown, as AsyncAPI wants it. */
export const SOCKET_GUIDE = `Socket.io for everything that happens; what is asked goes over REST (\`/api-docs\`).

## Connect

\`\`\`ts
import { io, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents } from './events';

const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth: { token: accessToken } });
\`\`\`

The types are at \`/socket-docs/events.d.ts\`. A connection without a valid access token is refused:
\`connect_error\` has the code as its \`message\` and the whole error as its \`data\`. Wait for \`ready\`. The connection ends
with its session, and with its access token unless \`auth_refresh\` came before.

## Acknowledgements

Every event that a client sends takes one: \`{ ok: true, data }\`, or \`{ ok: false, error: { code, message } }\` with the
same codes as over REST. An event sent without a callback works, too. The socket that sends a message gets the
acknowledgement instead of the event, the sender's other devices get the event; the two have no order between them.

A message that is acknowledged is durable. Make a \`clientMessageId\` for each one and send it again, with the same content,
after any doubt: a time-out, a lost connection, \`unavailable\`. The stored message is answered, with \`duplicate: true\`.

## Order

- \`seq\` is a message's position in its conversation, \`version\` counts every change of a conversation that others can see,
  \`myVersion\` what concerns the person alone, \`userVersion\` their profile, settings and blocks.
- Apply an event whose \`version\` is the next one and drop older ones. On a gap wait half a second, then ask
  \`GET /api/v1/chats/{id}/changes?since=<version>&mySince=<myVersion>\`, of groups and channels
  \`/groups/{id}/changes\` and \`/channels/{id}/changes\`. Gaps are judged by
  \`version\`, never by \`seq\`.
- Connect and join first, fetch after, and drop what is older than what you have.
- \`my_updated\` lists in \`hidden\` what the person has deleted for themselves with its \`myVersion\`; when that is not the next one,
  \`changes\` lists all of it after \`mySince\`. A message whose seq is hidden is not shown, whatever event comes.
- A message that comes with reactions was told before, and they do not say which are the person's own: take it for a gap.
- After each connect, on \`resync\` and every five minutes ask \`GET /api/v1/sync?since=<cursor>\`, then \`changes\` of what it
  names. Nothing else is needed to be exact, and no delivery is ever assumed.

## Rooms

A socket hears of all its conversations in short (\`inbox_update\`), and in full of those it joined. \`roomId\` is the id of a
conversation of any kind. A public channel can be joined without following it: such a guest hears \`channel_broadcast\` until
\`leave_channel\`, a disconnect or \`conversation_removed\`, and nothing in short.`;
