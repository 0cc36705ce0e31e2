// node examples/talk.mjs <access token> <chat id> [words to say]
import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';

const [token, chatId, ...words] = process.argv.slice(2);
const socket = io(process.env.CHAT_URL ?? 'http://localhost:4000', { auth: { token } });

socket.on('connect_error', (error) => console.error('refused:', error.message));
socket.on('chat_message', (message) => console.log(`#${message.seq} ${message.content}`));
socket.on('ready', async () => {
  const joined = await socket.emitWithAck('join_chat', { chatId });
  if (!joined.ok) return console.error('cannot join:', joined.error.message);
  console.log('listening at version', joined.data.version);
  if (words.length === 0) return;
  const message = { chatId, type: 'text', content: words.join(' '), clientMessageId: randomUUID() };
  const sent = await socket.emitWithAck('chat_message', message); // in doubt, send the same again
  console.log(sent.ok ? `sent as #${sent.data.seq}` : sent.error.message);
  socket.close();
});
