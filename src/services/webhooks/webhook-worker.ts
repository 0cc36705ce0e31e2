import type { Database, Db } from '../../database/database';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import type { Seal } from '../../helpers/sealing';
import { recordAudit } from '../audit/record';
import {
  deleteWrittenBefore,
  dueDeliveries,
  leaseDelivery,
  markArriving,
  markFailing,
  receiverNow,
  receivers,
  settleDelivery,
  switchOff,
  type LeasedDelivery,
  type Receiver,
} from './deliveries.queries';
import { post, type Posted } from './posting';
import { signatureOf } from './signing';

/** Deliveries on their way to one webhook: a receiver that hangs holds up its own ones only. */
const HANDS_EACH = 4;
const POLL_MS = 1_000;
/** A delivery takes ten seconds at most. */
const LEASE_MS = 60_000;
/** Seconds between tries: 26 hours in all, so a receiver may be away for a day. */
const DELAYS = [5, 30, 120, 600, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 32_400];
const MAX_TRIES = DELAYS.length + 1;
/** A receiver that nothing has reached for so long is not bothered any more. */
const FAILING_FOR_MS = 3 * 86_400_000;
const KEPT_MS = 30 * 86_400_000;
const BATCH = 500;
const GONE = 410;

/** Up to a quarter longer each, so that retries do not come in herds. */
export const delayMs = (triesMade: number, chance: number = Math.random()): number =>
  Math.round((DELAYS[triesMade - 1] ?? 0) * 1000 * (1 + chance / 4));

interface Dependencies {
  readonly database: Database;
  readonly seal: Seal;
  readonly logger: Logger;
  readonly allowPrivate: boolean;
}

/**
 * Sends what is to be told: each at least once, under the same id, again with back-off when it does not arrive. Any number of servers
 * may do so on the same database; each webhook has hands of its own.
 */
export class WebhookWorker {
  private readonly busy = new Map<string, Set<Promise<void>>>();
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly deps: Dependencies) {}

  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.look().then(() => this.start()), POLL_MS);
  }

  /** Sends nothing more; resolves when what is on its way has come to an end, ten seconds later at most. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
    await Promise.all([...this.busy.values()].flatMap((hands) => [...hands]));
  }

  /** Deletes what is older than 30 days. Safe to run anywhere at any time. */
  async sweep(): Promise<void> {
    const before = new Date(Date.now() - KEPT_MS);
    while ((await deleteWrittenBefore(this.deps.database.writer, before, BATCH)) === BATCH);
  }

  /** Takes what is due now. One look at a time; never rejects. */
  look(): Promise<void> {
    this.work ??= receivers(this.deps.database.reader)
      .then(async (all) => {
        for (const receiver of all) await this.fill(receiver);
      })
      .catch((error: unknown) => this.deps.logger.warn({ err: error }, 'webhooks could not be looked at'))
      .finally(() => (this.work = undefined));
    return this.work;
  }

  /** Gives a webhook's free hands something to do. */
  private async fill(receiver: Receiver): Promise<void> {
    const { database } = this.deps;
    const hands = this.busy.get(receiver.id) ?? new Set();
    this.busy.set(receiver.id, hands);
    const free = HANDS_EACH - hands.size;
    if (this.stopped || free <= 0) return;
    const now = new Date();
    for (const id of await dueDeliveries(database, receiver.id, now, free)) {
      const lease = { id, leaseId: newId() };
      const until = new Date(Date.now() + LEASE_MS);
      const delivery = await leaseDelivery(database.writer, lease, { now: new Date(), until });
      if (!delivery) continue;
      const done: Promise<void> = this.deliver(receiver, delivery, lease.leaseId)
        // The lease runs out, and it is sent again.
        .catch((error: unknown) => this.deps.logger.warn({ err: error, id }, 'a delivery was not settled'))
        .finally(() => {
          hands.delete(done);
          void this.goOn(receiver.id);
        });
      hands.add(done);
    }
  }

  /** At once, when there is more; with the webhook as it is now. */
  private async goOn(webhookId: string): Promise<void> {
    if (this.stopped || this.work) return;
    this.work = receiverNow(this.deps.database.reader, webhookId)
      .then((receiver) => (receiver ? this.fill(receiver) : undefined))
      .catch(() => undefined)
      .finally(() => (this.work = undefined));
    await this.work;
  }

  private async deliver(receiver: Receiver, delivery: LeasedDelivery, leaseId: string): Promise<void> {
    const began = Date.now();
    const posted = await this.send(receiver, delivery);
    const durationMs = Date.now() - began;
    const { id, tries } = delivery;
    const isLast = tries >= MAX_TRIES || posted.statusCode === GONE;
    const status = posted.error === null ? 'delivered' : isLast ? 'failed' : 'waiting';
    const nextAt = new Date(Date.now() + delayMs(tries));
    await this.deps.database.transaction(async (db) => {
      if (!(await settleDelivery(db, { id, leaseId }, { ...posted, status, durationMs, nextAt }))) return;
      if (posted.error === null) return markArriving(db, receiver.id);
      const since = await markFailing(db, receiver.id, new Date());
      const isOver = status === 'failed' && Date.now() - since.getTime() >= FAILING_FOR_MS;
      if (posted.statusCode === GONE) await this.giveUp(db, receiver, 'it answered 410, which says to stop');
      else if (isOver) await this.giveUp(db, receiver, 'nothing has arrived for three days');
    });
  }

  private send({ url, sealedSecret }: Receiver, delivery: LeasedDelivery): Promise<Posted> {
    const { seal, allowPrivate } = this.deps;
    const { id, body, attempts } = delivery;
    const timestamp = Math.floor(Date.now() / 1000);
    let secret: string;
    try {
      secret = seal.open(sealedSecret);
    } catch {
      return Promise.resolve({ statusCode: null, error: "the server's secret has changed: rotate this one" });
    }
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'chat-server-webhooks',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(secret, { id, timestamp, body }),
      'webhook-attempt': String(attempts),
    };
    return post({ url, headers, body, allowPrivate });
  }

  private async giveUp(db: Db, receiver: Receiver, reason: string): Promise<void> {
    if (!(await switchOff(db, receiver, reason))) return;
    const webhookId = receiver.id;
    const target = { targetType: 'webhook', targetId: webhookId } as const;
    await recordAudit(db, { actor: null, action: 'webhook.disabled', ...target, after: { reason } });
    this.deps.logger.error({ webhookId, reason }, 'a webhook was switched off');
  }
}
