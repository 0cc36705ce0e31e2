import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { Config } from '../config/env';
import type { Logger } from '../helpers/logger';
import type { Services } from '../services/services';
import { addressReader } from './addresses';
import { broadcast } from './broadcaster';
import { acceptConnections, authenticateSockets } from './connection';
import { ConnectionsByAddress } from './connections-by-address';
import { Corking, corkingEngine } from './corking';
import type { OnBroken } from './emitter';
import { jsonParser } from './json-parser';
import { MissedEvents } from './missed-events';
import { whenOvertaken } from './overtaken';
import { followReceiptSetting } from './receipt-rooms';
import { RoomKeeper } from './room-keeper';
import { ShortCut } from './short-cut';
import { SlowReaders } from './slow-readers';
import type { ChatServer } from './types';

/** Bytes of one packet; a larger one ends its connection. */
const MAX_PACKET_BYTES = 1024 * 1024;

/** A payload that breaks its contract fails the test that caused it, and is logged in development. */
function brokenPayloads({ environment }: Config, logger: Logger): OnBroken | null {
  if (environment === 'production') return null;
  if (environment === 'development')
    return (error) => logger.error({ err: error }, 'an event breaks its contract');
  return (error) => {
    setImmediate(() => {
      throw error;
    });
  };
}

export interface SocketServer {
  readonly io: ChatServer;
  /** Tells every socket that the server stops, and closes them and the HTTP server. */
  close(): Promise<void>;
}

/** Socket.io on the HTTP server's port. */
export function createSocketServer(http: HttpServer, services: Services): SocketServer {
  const { config, logger, bus, standing, limits, relay } = services;
  const addressOf = addressReader(config);
  const byAddress = new ConnectionsByAddress(addressOf, limits.active ? config.socketsPerAddress : null);
  const corking = new Corking();
  // A lone message is better not held: the median of five thousand listeners would wait half as long again.
  bus.everywhere.on('batch.settling', ({ count }) => count > 1 && corking.gather());
  const io: ChatServer = new Server(http, {
    wsEngine: corkingEngine(corking),
    parser: jsonParser,
    serveClient: false,
    transports: config.socketPolling ? ['websocket', 'polling'] : ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_PACKET_BYTES,
    connectTimeout: 10_000,
    allowRequest: byAddress.allow,
    cors: { origin: config.corsOrigins === true ? true : [...config.corsOrigins] },
  });
  byAddress.watch(io);
  authenticateSockets(io, services, addressOf);
  const shortCut = new ShortCut(corking);
  io.on('connection', (socket) => shortCut.open(socket));
  const keeper = new RoomKeeper(io, standing, logger, config.roomCheckSeconds * 1000);
  acceptConnections(io, services, keeper);
  followReceiptSetting(io, bus.everywhere, services);
  const endBroadcast = broadcast(io, bus.everywhere, brokenPayloads(config, logger));
  const missed = new MissedEvents(io, keeper);
  relay?.onMissed(() => missed.note());
  if (relay) whenOvertaken(bus.everywhere, (userIds) => void keeper.lookUp(userIds));
  const slowReaders = new SlowReaders(io, logger);
  services.metrics.watchSockets(() => ({
    sockets: io.of('/').sockets.size,
    rooms: io.of('/').adapter.rooms.size,
  }));
  keeper.start();
  slowReaders.start();
  return {
    io,
    async close() {
      slowReaders.stop();
      const resynced = missed.close();
      const kept = keeper.stop();
      io.emit('session_ended', { reason: 'shutdown' });
      await io.close();
      await kept;
      await resynced;
      endBroadcast();
    },
  };
}
