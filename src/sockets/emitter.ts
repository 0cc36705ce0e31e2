import { Adapter } from 'socket.io-adapter';
import { serverEvents, type ServerEventName, type ServerPayload } from '../contracts/events';
import type { ChatServer } from './types';

interface Options {
  /** Not to this socket, which has an acknowledgement instead, nor to these rooms. */
  readonly except?: string | readonly string[] | undefined;
  /** Lost when the connection is busy, be it with another event of the same tick: only for what is said again soon. */
  readonly volatile?: boolean;
}

/** Sends an event to the sockets of a room. */
export type Tell = <Name extends ServerEventName>(
  room: string | readonly string[],
  name: Name,
  payload: ServerPayload<Name>,
  options?: Options,
) => void;

/** Socket.io's packets of events (its protocol, version 5). */
const EVENT = 2;

const setOf = (rooms: string | readonly string[] = []): Set<string> =>
  new Set(typeof rooms === 'string' ? [rooms] : rooms);

/** Told of a payload that breaks its contract: our own mistake. */
export type OnBroken = (error: Error) => void;

/**
 * Whether an event would reach nobody: encoding it costs as much as sending it to one. Only an adapter that knows of no other
 * process can tell.
 */
function isUnheard(io: ChatServer, room: string | readonly string[]): boolean {
  // To Socket.io no rooms mean everybody.
  if (room.length === 0) return true;
  const { adapter } = io.of('/');
  if (Object.getPrototypeOf(adapter) !== Adapter.prototype) return false;
  return typeof room === 'string' ? !adapter.rooms.has(room) : !room.some((one) => adapter.rooms.has(one));
}

/** @param onBroken every payload is held against its contract; `null` in production, where that costs too much */
export function emitter(io: ChatServer, onBroken: OnBroken | null): Tell {
  return (room, name, payload, { except, volatile } = {}) => {
    const broken = onBroken && serverEvents[name].safeParse(payload).error;
    if (broken) onBroken(new Error(`${name} breaks its contract`, { cause: broken }));
    if (isUnheard(io, room)) return;
    // What `io.to(room).except(…).emit(…)` comes down to, without an operator for each of its steps.
    io.of('/').adapter.broadcast(
      { type: EVENT, data: [name, payload] },
      { rooms: setOf(room), except: setOf(except), flags: volatile ? { volatile } : {} },
    );
  };
}
