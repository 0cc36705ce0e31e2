import { setTimeout as wait } from 'node:timers/promises';
import { RetryLater } from '../notifications/outbox.jobs';

/** Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const ALL_MS = 1000 / 30;
const CHAT_MS = 1000;
/** Whoever would wait longer gives way to others: a few busy chats must not take all hands of the outbox. */
const PATIENCE_MS = 2_000;

/** When messages may go: thirty a second in all, one a second to a chat, and none while Telegram says so. */
export class Pacing {
  private nextAt = 0;
  private heldUntil = 0;
  /** when whoever asks next for a chat may hope for a turn, those that were asked for longest ago first */
  private readonly chats = new Map<string, number>();
  /** when whoever is sent away next for a chat is to come back: thousands at once would be sent away again and again */
  private readonly backAt = new Map<string, number>();
  /** when a chat may have its next message, those that had theirs longest ago first */
  private readonly freeAt = new Map<string, number>();
  /** those that Telegram told to wait, until when */
  private readonly heldChats = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Telegram wants nothing at all for the moment. */
  get isHeld(): boolean {
    return this.heldUntil > this.now();
  }

  /** Waits for this chat's turn. @throws RetryLater when that would take long */
  async turn(chatId: string, signal: AbortSignal): Promise<void> {
    const now = this.now();
    this.forgetPast(now);
    const chatAt = Math.max(
      now,
      this.heldUntil,
      this.heldChats.get(chatId) ?? 0,
      this.chats.get(chatId) ?? 0,
    );
    if (chatAt - now > PATIENCE_MS)
      throw new RetryLater(this.queue(chatId, chatAt) - now, 'the chat has to wait');
    this.chats.delete(chatId);
    this.chats.set(chatId, chatAt + CHAT_MS);
    await this.until(chatAt, signal);
    // The one before it may have waited for all the others: a second counts from when it goes.
    for (let free = 0; (free = this.freeAt.get(chatId) ?? 0) > this.now();) await this.until(free, signal);
    const at = Math.max(this.now(), this.nextAt);
    this.nextAt = at + ALL_MS;
    this.freeAt.delete(chatId);
    this.freeAt.set(chatId, at + CHAT_MS);
    await this.until(at, signal);
  }

  /** Telegram answered 429 and does not say whether it means this chat or everything: a second chat within the time tells. */
  hold(chatId: string, seconds: number): void {
    const now = this.now();
    this.forgetPast(now);
    const until = now + seconds * 1000;
    this.heldChats.set(chatId, until);
    if (this.heldChats.size > 1) this.heldUntil = Math.max(this.heldUntil, until);
  }

  /** A second each, behind those who were sent away before. */
  private queue(chatId: string, from: number): number {
    const at = Math.max(from, this.backAt.get(chatId) ?? 0);
    this.backAt.set(chatId, at + CHAT_MS);
    return at;
  }

  private async until(at: number, signal: AbortSignal): Promise<void> {
    const ms = at - this.now();
    if (ms <= 0) return;
    await wait(ms, undefined, { signal }).catch(() => {
      throw new RetryLater(0, 'the server stops');
    });
  }

  private forgetPast(now: number): void {
    for (const times of [this.heldChats, this.backAt])
      for (const [chatId, until] of times) if (until <= now) times.delete(chatId);
    for (const times of [this.chats, this.freeAt])
      for (const [chatId, at] of times) {
        if (at > now) break;
        times.delete(chatId);
      }
  }
}
