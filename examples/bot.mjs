// node examples/bot.mjs <bot token>: repeats what it is told where it is mentioned, and in private chats.
import { createHash } from 'node:crypto';
import { io } from 'socket.io-client';

const [token] = process.argv.slice(2);
const url = process.env.CHAT_URL ?? 'http://localhost:4000';
const NAMES = { chat: ['chatId', 'chats'], group: ['groupId', 'groups'] };
/** by conversation: the last seq that was looked at */
const seen = new Map();
let me;
let cursor;

const ask = async (path) => {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

const socket = io(url, { auth: { token } });

/** The same message gets the same answer, however often this runs: the key is made of its id. */
async function answer(kind, message) {
  if (message.senderId === me.id || message.deletedAt || !message.content) return;
  const isMeant = kind === 'chat' || message.mentions.some(({ userId }) => userId === me.id);
  if (!isMeant) return;
  const [idKey] = NAMES[kind];
  const clientMessageId = createHash('sha256').update(message.id).digest('hex').slice(0, 32);
  const reply = { [idKey]: message.conversationId, content: message.content, replyTo: message.id, clientMessageId };
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const sent = await socket.timeout(5000).emitWithAck(`${kind}_message`, reply).catch(() => undefined);
    if (sent?.ok) return console.log(`answered #${message.seq}`);
    if (sent && sent.error.code !== 'rate_limited' && sent.error.code !== 'unavailable')
      return console.error('refused:', sent.error.code);
    await new Promise((resolve) => setTimeout(resolve, 1000 * (sent?.error.retryAfter ?? attempt)));
  }
}

/** One look at a time: whatever comes meanwhile is in the next one. */
let work = Promise.resolve();
const look = (kind, id) =>
  (work = work.then(async () => {
    if (!NAMES[kind]) return;
    for (let isMore = true; isMore;) {
      const after = seen.get(id) ?? 0;
      const page = await ask(`/${NAMES[kind][1]}/${id}/messages?after=${after}&limit=100`);
      const messages = page.items.filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
      for (const message of messages) {
        await answer(kind, message);
        seen.set(id, message.seq);
      }
      isMore = messages.length === 100;
    }
  }).catch((error) => console.error(error.message)));

/** At the first start only what comes from then on; after a lost connection all that was missed. */
async function catchUp() {
  me ??= await ask('/users/me');
  if (cursor === undefined) {
    for (const { id, lastSeq } of await everything()) seen.set(id, lastSeq);
  }
  for (let hasMore = true; hasMore;) {
    const page = await ask(`/sync?since=${cursor ?? ''}`);
    for (const { id, kind } of page.conversations) look(kind, id);
    ({ cursor, hasMore } = page);
  }
}
