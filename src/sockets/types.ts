import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '../contracts/events';
import type { Identity } from '../services/accounts/identity';

export interface SocketData {
  identity: Identity;
  /** it has joined its rooms and heard `ready` */
  isReady?: boolean;
  /** it was to be checked while it joined its rooms */
  isDoubtful?: boolean;
}

export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
