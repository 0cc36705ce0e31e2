// node examples/bot.mjs <bot token>: repeats what it is told, in private chats and where it is mentioned.
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';

const [token] = process.argv.slice(2);
const url = process.env.CHAT_URL ?? 'http://localhost:4000';
const KINDS = { chat: ['chatId', 'chats'], group: ['groupId', 'groups'] };
/** by conversation: the last seq that was looked at */
const seen = new Map();
let me;
let cursor;

async function ask(path) {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const socket = io(url, { auth: { token } });

/** One answer to each message, however often this runs: its key is made of the message's id. */
async function reply(kind, { id, conversationId, senderId, content, mentions, seq }) {
  if (senderId === me.id || !content) return;
  if (kind === 'group' && !mentions.some(({ userId }) => userId === me.id)) return;
  const clientMessageId = createHash('sha256').update(id).digest('hex').slice(0, 32);
  const said = { [KINDS[kind][0]]: conversationId, content, replyTo: id, clientMessageId };
  for (;;) {
    const sent = await socket
      .timeout(5000)
      .emitWithAck(`${kind}_message`, said)
      .catch(() => ({ error: { code: 'unavailable' } }));
    if (sent.ok) return console.log(`answered #${seq}`);
    const { code, retryAfter = 1 } = sent.error;
    if (!['rate_limited', 'slow_mode', 'unavailable'].includes(code)) return console.error('refused:', code);
    await wait(retryAfter * 1000); // in doubt, send the same again
  }
}

async function look(kind, id) {
  for (let isMore = true; isMore;) {
    const after = seen.get(id) ?? 0;
    const { items } = await ask(`/${KINDS[kind][1]}/${id}/messages?after=${after}&limit=100`);
    for (const message of items) {
      await reply(kind, message);
      seen.set(id, message.seq);
    }
    isMore = items.length === 100;
  }
}

const lastSeqOf = async (kind, id) => (await ask(`/${KINDS[kind][1]}/${id}`)).lastSeq;

/** What has changed since the last time; at the first start only what comes from then on is looked at. */
async function catchUp() {
  me ??= await ask('/users/me');
  const isFirst = cursor === undefined;
  const { items, nextCursor } = await ask(`/sync${isFirst ? '' : `?since=${encodeURIComponent(cursor)}`}`);
  for (const { conversationId: id, kind, removed } of items) {
    if (removed || !(kind in KINDS)) continue;
    if (isFirst) seen.set(id, await lastSeqOf(kind, id));
    else await look(kind, id);
  }
  cursor = nextCursor;
  if (isFirst) console.log(`listening as ${me.username}`);
}

/** One at a time; whatever comes meanwhile is in the next one. */
let work = Promise.resolve();
const soon = () => (work = work.then(catchUp).catch((error) => console.error(error.message)));

for (const event of ['ready', 'inbox_update', 'conversation_added', 'resync']) socket.on(event, soon);
setInterval(soon, 5 * 60_000);
socket.on('connect_error', (error) => console.error('refused:', error.message));
