import { ALERT_COLUMNS, type AlertDialect } from './alert-dialect';
import { tuples } from './dialect';

export const mysqlAlerts: AlertDialect = {
  openProgress: (count) =>
    `INSERT INTO alert_progress (conversationId, alertedSeq) VALUES ${tuples(count, 2)}
      ON DUPLICATE KEY UPDATE alertedSeq = alertedSeq`,
  setProgress: (count) =>
    `INSERT INTO alert_progress (conversationId, alertedSeq) VALUES ${tuples(count, 2)}
      ON DUPLICATE KEY UPDATE alertedSeq = VALUES(alertedSeq)`,
  store: (count) =>
    `INSERT INTO alert (${ALERT_COLUMNS}) VALUES ${tuples(count, 6)}
      ON DUPLICATE KEY UPDATE lastSeq = GREATEST(lastSeq, VALUES(lastSeq))`,
  postpone: (count) =>
    `INSERT INTO alert (${ALERT_COLUMNS}) VALUES ${tuples(count, 6)}
      ON DUPLICATE KEY UPDATE dueAt = VALUES(dueAt), firstSeq = VALUES(firstSeq), bundleId = NULL`,
  hold: (count) =>
    `INSERT INTO alert (${ALERT_COLUMNS}) VALUES ${tuples(count, 6)}
      ON DUPLICATE KEY UPDATE dueAt = VALUES(dueAt)`,
};
