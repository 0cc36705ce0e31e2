import { ALERT_COLUMNS, type AlertDialect } from './alert-dialect';
import { tuples } from './dialect';

export const sqliteAlerts: AlertDialect = {
  // The transaction's opening write is the lock.
  openProgress: (count) =>
    `INSERT INTO alert_progress (conversationId, alertedSeq) VALUES ${tuples(count, 2)}
      ON CONFLICT (conversationId) DO NOTHING`,
  setProgress: (count) =>
    `INSERT INTO alert_progress (conversationId, alertedSeq) VALUES ${tuples(count, 2)}
      ON CONFLICT (conversationId) DO UPDATE SET alertedSeq = excluded.alertedSeq`,
  store: (count) =>
    `INSERT INTO alert (${ALERT_COLUMNS}) VALUES ${tuples(count, 6)}
      ON CONFLICT (userId, conversationId, via) DO UPDATE SET lastSeq = MAX(alert.lastSeq, excluded.lastSeq)`,
  postpone: (count) =>
    `INSERT INTO alert (${ALERT_COLUMNS}) VALUES ${tuples(count, 6)}
      ON CONFLICT (userId, conversationId, via) DO UPDATE SET dueAt = excluded.dueAt, firstSeq = excluded.firstSeq, bundleId = NULL`,
  hold: (count) =>
    `INSERT INTO alert (${ALERT_COLUMNS}) VALUES ${tuples(count, 6)}
      ON CONFLICT (userId, conversationId, via) DO UPDATE SET dueAt = excluded.dueAt`,
};
