import type { Database } from '../../database/database';
import type { Mailer } from '../notifications/mailer';
import { PermanentFailure, type OutboxJobs } from '../notifications/outbox.jobs';
import type { TelegramOutlet } from '../telegram/outlet';
import type { Standing, Via } from './alert';
import { alertText, type Telling } from './alert-text';
import { decide } from './alerts.policy';
import { forget, postpone, standingsIn } from './alerts.queries';
import type { Delays } from './collect';
import { digestMail } from './digest';
import type { ReaderPresence } from './reader-presence';
import { toldMessages } from './told-messages.queries';
import type { Unsubscribing } from './unsubscribing';

interface Dependencies {
  readonly database: Database;
  readonly presence: ReaderPresence;
  readonly mailer: Mailer;
  /** `null`: nobody is told by Telegram */
  readonly telegram: TelegramOutlet | null;
  readonly unsubscribing: Unsubscribing;
  readonly delays: Delays;
}

interface Bundle {
  readonly bundleId: string;
  readonly userId: string;
}

/**
 * Sends alerts, as they are when they are sent: what was read, deleted or muted meanwhile is not told, what was edited says what it says now.
 * A server that dies between the sending and the settling tells it again, unless it has been read.
 */
export class AlertSender {
  constructor(private readonly deps: Dependencies) {}

  async telegram({ conversationId, ...bundle }: OutboxJobs['telegram_alert']): Promise<void> {
    const { telegram } = this.deps;
    if (!telegram) return;
    await this.tell(bundle, 'telegram', conversationId, async (tellings, [standing]) => {
      const [telling] = tellings;
      if (telling && standing?.chatId) await telegram.send(standing.chatId, alertText(telling));
    });
  }

  async digest(bundle: OutboxJobs['email_digest'], jobId: string): Promise<void> {
    const { mailer, unsubscribing } = this.deps;
    await this.tell(bundle, 'email', null, async (tellings, [standing]) => {
      if (!standing) return;
      const { email: to, username, userId } = standing;
      const unsubscribeUrl = unsubscribing.urlFor(userId);
      await mailer.send(digestMail({ to, username, tellings, unsubscribeUrl }), jobId);
    });
  }

  private async tell(
    { bundleId, userId }: Bundle,
    via: Via,
    conversationId: string | null,
    send: (tellings: readonly Telling[], standings: readonly Standing[]) => Promise<void>,
  ): Promise<void> {
    const { database, presence } = this.deps;
    const now = new Date();
    const all = await standingsIn(database.writer, { bundleId, userId }, now);
    const standings = all.filter(
      (one) => one.via === via && (conversationId === null || one.conversationId === conversationId),
    );
    if (standings.length === 0) return;
    const isThere = (await presence.of([userId], now)).has(userId);
    const decisions = standings.map((standing) => ({ standing, decision: decide(standing, now, isThere) }));
    const later = decisions.flatMap(({ standing, decision }) =>
      typeof decision === 'object' ? [{ ...standing, dueAt: decision.until }] : [],
    );
    await postpone(database.writer, database, later);
    const wanted = decisions.flatMap(({ standing, decision }) => (decision === 'tell' ? [standing] : []));
    const messages = await toldMessages(database.writer, database, wanted, now);
    const told = wanted.filter((standing) => (messages.get(standing)?.length ?? 0) > 0);
    const settled = decisions.flatMap(({ standing, decision }) =>
      typeof decision === 'object' ? [] : [standing],
    );
    if (told.length > 0)
      try {
        await send(
          told.map((standing) => ({
            kind: standing.kind,
            title: standing.title,
            preview: standing.settings.preview,
            messages: messages.get(standing) ?? [],
          })),
          told,
        );
      } catch (error) {
        // It never will be: nobody is to try it again tomorrow.
        if (error instanceof PermanentFailure) await forget(database.writer, settled, bundleId);
        throw error;
      }
    await this.settle(settled, { bundleId, userId }, via);
  }

  /** What came while it was sent is the beginning of the next alert. */
  private async settle(settled: readonly Standing[], bundle: Bundle, via: Via): Promise<void> {
    const { database, delays } = this.deps;
    await forget(database.writer, settled, bundle.bundleId);
    const now = new Date();
    const left = await standingsIn(database.writer, bundle, now);
    const keyOf = ({ conversationId }: Standing): string => conversationId;
    const before = new Map(settled.map((standing) => [keyOf(standing), standing]));
    const begun = left.flatMap((standing) => {
      const told = standing.via === via ? before.get(keyOf(standing)) : undefined;
      return told
        ? [{ ...standing, firstSeq: told.lastSeq + 1, dueAt: new Date(now.getTime() + (delays[via] ?? 0)) }]
        : [];
    });
    await postpone(database.writer, database, begun);
  }
}
