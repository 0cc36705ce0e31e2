import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from '../../database/redis';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus, Forward } from '../domain-events';
import { Peers } from './peers';
import { decode, encode, isForwarded, type NodeMessage, type ToldEvent } from './wire';

const BEAT_EVERY_MS = 1_000;
/** Whoever does not hear its own beats hears nobody's. */
const DEAF_AFTER_MS = 2_500;
/** How long a node that comes waits for the others to know of it. */
const WELCOME_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 10;
/** Characters that may be on their way to Redis; past it events are not told, which the other nodes notice. */
const MAX_UNSENT = 16 * 1024 * 1024;

/**
 * Tells the other nodes what happens here, and the sockets here what happens at the others: domain events, so that each node fans out by
 * itself, in rooms that nobody else needs to know.
 *
 * All events of a tick are one message. Each says how many events there were before it, whether those were sent or not: so a node that
 * was not told everything notices with the next message, a beat at the latest. While no other node lives nothing is sent.
 */
export class EventRelay {
  private readonly peers = new Peers();
  /** events of this node so far, told or not */
  private happened = 0;
  private waiting: ToldEvent[] = [];
  private unsent = 0;
  private beat: NodeJS.Timeout | undefined;
  private welcomes = new Set<string>();
  private heardMyself = 0;
  private joined = false;
  private missedListener: () => void = () => undefined;
  private readonly channel: string;

  constructor(
    private readonly node: string,
    private readonly redis: Pick<Redis, 'prefix' | 'run' | 'subscribe'>,
    private readonly bus: DomainEventBus,
    private readonly logger: Logger,
  ) {
    this.channel = `${redis.prefix}:events`;
    bus.forwardTo(this.forward);
  }

  /** Other nodes that live. */
  get others(): number {
    return this.peers.count;
  }

  /** @param listener told when sockets here may have missed something of another node */
  onMissed(listener: () => void): void {
    this.missedListener = listener;
  }

  /** Resolves when the other nodes know of this one and tell it everything: only then may sockets come. */
  async join(): Promise<void> {
    await this.redis.subscribe(this.channel, (text) => this.receive(text));
    const listeners = await this.send({ ...this.about(), type: 'hello' });
    const deadline = Date.now() + WELCOME_WITHIN_MS;
    while (this.welcomes.size < listeners - 1 && Date.now() < deadline) await wait(LOOK_EVERY_MS);
    this.joined = true;
    this.beat = setInterval(() => this.beatOnce(), BEAT_EVERY_MS);
    this.logger.info({ node: this.node, others: this.peers.count }, 'this node is one of several');
  }

  /** Tells what is left, and that nothing more follows. */
  async leave(): Promise<void> {
    clearInterval(this.beat);
    await this.flush();
    await this.send({ ...this.about(), type: 'bye' });
  }

  private readonly forward: Forward = (name, event) => {
    if (!isForwarded(name)) return;
    if (this.peers.count === 0) {
      this.happened += 1;
      return;
    }
    if (this.waiting.length === 0) setImmediate(() => void this.flush());
    this.waiting.push([name, event] as ToldEvent);
  };

  private async flush(): Promise<void> {
    const events = this.waiting;
    if (events.length === 0) return;
    this.waiting = [];
    const about = this.about();
    this.happened += events.length;
    if (this.unsent < MAX_UNSENT) await this.send({ ...about, type: 'events', events });
  }

  private about(): { node: string; before: number } {
    return { node: this.node, before: this.happened };
  }

  /** Never rejects: what was not sent the others notice. @returns how many nodes were listening, this one too */
  private async send(message: NodeMessage): Promise<number> {
    const text = encode(message);
    this.unsent += text.length;
    try {
      return await this.redis.run((client) => client.publish(this.channel, text));
    } catch {
      return 0;
    } finally {
      this.unsent -= text.length;
    }
  }

  private beatOnce(): void {
    void this.flush();
    void this.send({ ...this.about(), type: 'beat' });
    if (Date.now() - this.heardMyself > DEAF_AFTER_MS) return this.peers.excuse();
    const lost = this.peers.lose();
    if (lost.length === 0) return;
    // What it had committed, and told nobody, is known to nobody.
    this.logger.warn({ nodes: lost }, 'other nodes were lost');
    this.missedListener();
  }

  private receive(text: string): void {
    try {
      const message = decode(text);
      if (message.node === this.node) this.heardMyself = Date.now();
      else this.take(message);
    } catch (error) {
      this.logger.error({ err: error }, "another node's message was not understood");
    }
  }

  private take(message: NodeMessage): void {
    const { node, before } = message;
    switch (message.type) {
      case 'hello':
        this.peers.meet(node, before);
        void this.send({ ...this.about(), type: 'welcome', to: node });
        return;
      case 'welcome':
        return this.takeWelcome(node, before, message.to);
      case 'bye':
        this.noteMissed(this.peers.has(node) && this.peers.hear(node, before, 0));
        this.peers.forget(node);
        return;
      case 'beat':
        return this.noteMissed(this.peers.hear(node, before, 0));
      case 'events':
        this.noteMissed(this.peers.hear(node, before, message.events.length));
        return this.tell(message.events);
    }
  }

  /** Before sockets come nothing is missed by them; a node that answers later may have told us nothing until then. */
  private takeWelcome(node: string, before: number, to: string): void {
    if (to !== this.node) return;
    this.welcomes.add(node);
    const isLate = this.joined && !this.peers.has(node);
    this.peers.meet(node, before);
    this.noteMissed(isLate);
  }

  private noteMissed(missed: boolean): void {
    if (missed && this.joined) this.missedListener();
  }

  private tell(events: readonly ToldEvent[]): void {
    const messages = events.filter(([name]) => name === 'message.sent').length;
    if (messages > 0) this.bus.hear('batch.settling', { count: messages });
    for (const [name, event] of events) this.bus.hear(name, event as never);
  }
}
