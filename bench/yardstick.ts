/**
 * What the product is measured against: a bare Socket.io server that checks nothing and stores nothing.
 * The engine is set as the product's (src/sockets/socket-server.ts). For files: Express, multer and express.static, and nothing else.
 */
import express from 'express';
import multer from 'multer';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

interface Message {
  readonly chatId?: string;
  readonly groupId?: string;
  readonly channelId?: string;
}
type Ack = (answer: { ok: true }) => void;

const roomOf = ({ chatId, groupId, channelId }: Message): string => chatId ?? groupId ?? channelId ?? '';

const folder = process.env.DATA_DIR ?? '';

const app = express();
app.post('/api/v1/files', multer({ dest: folder }).single('file'), (request, response) => {
  response.status(201).json({ url: `/files/${request.file?.filename}` });
});
app.use('/files', express.static(folder));

const http = createServer(app);
const io = new Server(http, {
  serveClient: false,
  transports: ['websocket', 'polling'],
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: 1024 * 1024,
});

io.on('connection', async (socket) => {
  await socket.join((socket.handshake.auth as { rooms?: string[] }).rooms ?? []);
  for (const join of ['join_chat', 'join_group', 'join_channel'])
    socket.on(join, async (message: Message, ack: Ack) => {
      await socket.join(roomOf(message));
      ack({ ok: true });
    });
  for (const name of ['chat_message', 'group_message'])
    socket.on(name, (message: Message, ack: Ack) => {
      socket.to(roomOf(message)).emit(name, message);
      ack({ ok: true });
    });
  socket.on('channel_message', (message: Message, ack: Ack) => {
    io.to(roomOf(message)).emit('channel_broadcast', message);
    ack({ ok: true });
  });
  socket.emit('ready', {});
});

http.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
