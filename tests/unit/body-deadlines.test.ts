import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import { allowUpload, bodyDeadline } from '../../src/middlewares/body-deadline';

const STALL_MS = 30_000;
const HOUR_MS = 3_600_000;
const ENOUGH = Buffer.alloc(64 * 1024);

let http: Server;
/** of all requests together */
let received: number;
beforeEach(async () => {
  received = 0;
  const app = express().use(bodyDeadline);
  app.post('/:kind', (request, response) => {
    if (request.params.kind === 'upload') allowUpload(request, response);
    request.on('data', (chunk: Buffer) => (received += chunk.length));
    request.on('end', () => response.sendStatus(204));
  });
  http = createServer(app).listen(0, '127.0.0.1');
  await once(http, 'listening');
  // The clock of the deadlines alone: the connection is a real one.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
});
afterEach(async () => {
  jest.useRealTimers();
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
});

interface Sender {
  readonly socket: Socket;
  /** Sends some and resolves when it has come. */
  readonly send: (bytes: Buffer) => Promise<void>;
  /** Resolves with all that was answered when the connection has ended. */
  readonly ended: Promise<string>;
}

async function sending(kind: string): Promise<Sender> {
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined).on('close', () => resolve(answer));
  });
  socket.write(`POST /${kind} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n`);
  const send = async (bytes: Buffer): Promise<void> => {
    const until = received + bytes.length;
    socket.write(bytes);
    while (received < until) await new Promise(setImmediate);
  };
  await send(Buffer.alloc(1));
  return { socket, send, ended };
}

test('a body that takes longer than a minute is given up', async () => {
  const { ended, socket } = await sending('message');
  jest.advanceTimersByTime(59_000);
  expect(socket.destroyed).toBe(false);
  jest.advanceTimersByTime(1_000);
  expect(await ended).toMatch(/^HTTP\/1.1 408 /);
});

test('an upload that says nothing for half a minute is given up', async () => {
  const { send, ended } = await sending('upload');
  await send(ENOUGH);
  jest.advanceTimersByTime(STALL_MS);
  jest.advanceTimersByTime(STALL_MS);
  expect(await ended).toMatch(/^HTTP\/1.1 408 /);
});

test('an upload that drips is given up', async () => {
  const { send, ended } = await sending('upload');
  jest.advanceTimersByTime(STALL_MS - 1);
  await send(Buffer.alloc(100));
  jest.advanceTimersByTime(1);
  expect(await ended).toMatch(/^HTTP\/1.1 408 /);
});

test('an upload that gets on may take an hour, and no longer', async () => {
  const { send, ended, socket } = await sending('upload');
  for (let passed = 0; passed + STALL_MS < HOUR_MS; passed += STALL_MS) {
    await send(ENOUGH);
    jest.advanceTimersByTime(STALL_MS);
  }
  expect(socket.destroyed).toBe(false);
  await send(ENOUGH);
  jest.advanceTimersByTime(STALL_MS);
  expect(await ended).toMatch(/^HTTP\/1.1 408 /);
});
