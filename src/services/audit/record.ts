import type { AuditAction, AuditTarget } from '../../contracts/audit';
import type { Db, SqlSession } from '../../database/database';
import { newId, timeOfId } from '../../helpers/ids';
import { wholeCharacters } from '../../helpers/text';
import { insertAuditEntry, storeAuditEntry, type AuditRow } from './audit.queries';

type Value = string | number | boolean | Date | null | undefined;
export type AuditValues = Readonly<Record<string, Value>>;

export interface AuditRecord {
  /** who did it, from where: an `Admin`; `null`: the command line */
  readonly actor: { readonly userId: string; readonly ip: string } | null;
  readonly action: AuditAction;
  readonly targetType: AuditTarget;
  readonly targetId: string | null;
  /** the values that changed, as they were … */
  readonly before?: AuditValues;
  /** … and as they are now */
  readonly after?: AuditValues;
}

const MAX_VALUES = 20;
/** UTF-16 units of one text. */
const MAX_TEXT = 500;
const SECRET = /pass|hash|secret|token|code/i;

/** Bounded. What is `undefined` is left out. @throws Error for a name that sounds like a secret */
export function auditJson(values: AuditValues | undefined): string | null {
  if (!values) return null;
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  const secret = entries.find(([name]) => SECRET.test(name));
  if (secret || entries.length > MAX_VALUES)
    throw new Error(`not for the audit log: ${secret?.[0] ?? 'too many values'}`);
  return JSON.stringify(
    Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        typeof value === 'string' ? wholeCharacters(value, MAX_TEXT) : value,
      ]),
    ),
  );
}

function entryOf({ actor, before, after, ...what }: AuditRecord): AuditRow {
  const id = newId();
  return {
    id,
    ...what,
    actorId: actor?.userId ?? null,
    ip: actor?.ip.slice(0, 45) ?? null,
    before: auditJson(before),
    after: auditJson(after),
    createdAt: timeOfId(id),
  };
}

/** Writes down what an admin does, in the transaction that does it. */
export const recordAudit = (db: Db, record: AuditRecord): Promise<void> =>
  insertAuditEntry(db, entryOf(record));

/** The same, in the transaction of an act of the message writer. */
export const recordActAudit = (sql: SqlSession, record: AuditRecord): Promise<void> =>
  storeAuditEntry(sql, entryOf(record));
