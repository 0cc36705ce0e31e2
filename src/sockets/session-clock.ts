import type { SessionEndReason } from '../contracts/events';
import type { ChatSocket } from './types';

/** Node's timers take 31 bits of milliseconds. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Ends a socket: says why, then closes it. */
export function endSocket(socket: ChatSocket, reason: SessionEndReason): void {
  socket.emit('session_ended', { reason });
  socket.disconnect(true);
}

/** Ends the socket when its access token expires, unless it was renewed before. */
export class SessionClock {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly socket: ChatSocket) {
    this.wind();
    socket.on('disconnect', () => clearTimeout(this.timer));
  }

  /** Reads the identity's expiry anew. */
  wind(): void {
    clearTimeout(this.timer);
    if (!this.socket.connected) return;
    const left = this.socket.data.identity.expiresAt.getTime() - Date.now();
    this.timer = setTimeout(() => this.ring(), Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
  }

  private ring(): void {
    if (this.socket.data.identity.expiresAt.getTime() > Date.now()) this.wind();
    else endSocket(this.socket, 'expired');
  }
}
