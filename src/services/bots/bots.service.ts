import type { Bot, BotPage, MadeBot, NewBot } from '../../contracts/bots';
import type { Database } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import { deleteSessions } from '../accounts/sessions.queries';
import type { SessionsService } from '../accounts/sessions.service';
import { standingSuspension } from '../accounts/suspensions.queries';
import { presentUser } from '../accounts/user.presenter';
import { insertUser } from '../accounts/users.queries';
import type { AccountDeletionService } from '../account-deletion/account-deletion.service';
import { actOn, mustStillBeAdmin } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { recordAudit } from '../audit/record';
import { botById, botsAfter, type BotRow } from './bots.queries';

const present = (row: BotRow): Bot => ({
  ...presentUser(row),
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

interface Dependencies {
  readonly database: Database;
  readonly sessions: SessionsService;
  readonly accountDeletion: Pick<AccountDeletionService, 'deleteBy'>;
}

/** Accounts of programs. A bot's token is a session without an end, so that whatever ends sessions ends it. */
export class BotsService {
  constructor(private readonly deps: Dependencies) {}

  /** By username. */
  async list({
    limit,
    cursor,
  }: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<BotPage> {
    const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['text'])[0]);
    const rows = await botsAfter(this.deps.database, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { items: page.map(present), nextCursor: last ? encodeCursor(last.usernameKey) : null };
  }

  /** @throws forbidden, username_taken */
  async create(admin: Admin, { username, displayName = username, bio = '' }: NewBot): Promise<MadeBot> {
    const { database, sessions } = this.deps;
    const id = newId();
    const account = { id, username, displayName, email: '', passwordHash: '', isBot: true };
    try {
      const token = await database.transaction(async (db) => {
        const now = new Date();
        await mustStillBeAdmin(db, admin, now);
        await insertUser(db, { ...account, bio }, now);
        const target = { targetType: 'user', targetId: id } as const;
        await recordAudit(db, { actor: admin, action: 'bot.created', ...target, after: { username } });
        return sessions.openForBot(db, id);
      });
      return { bot: await this.get(id), token };
    } catch (error) {
      throw isUniqueViolation(error) ? errors.usernameTaken() : error;
    }
  }

  /** The one it had is good no more, and its sockets end. @throws forbidden, not_found, conflict while it is suspended */
  async changeToken(admin: Admin, botId: string): Promise<MadeBot> {
    const { database, sessions } = this.deps;
    const { token, ended } = await database.transaction(async (db) => {
      const now = new Date();
      await mustBeBot(botById(db, botId));
      await actOn(db, admin, botId, now);
      if (await standingSuspension(db, botId, now)) throw errors.conflict('The bot is suspended');
      const ended = await deleteSessions(db, botId);
      const target = { targetType: 'user', targetId: botId } as const;
      await recordAudit(db, { actor: admin, action: 'bot.token_changed', ...target });
      return { token: await sessions.openForBot(db, botId), ended };
    });
    sessions.publishEnded(ended, 'revoked');
    return { bot: await this.get(botId), token };
  }

  /** What it has said stays. @throws forbidden, not_found */
  async delete(admin: Admin, botId: string): Promise<void> {
    await mustBeBot(botById(this.deps.database.reader, botId));
    await this.deps.accountDeletion.deleteBy(admin, botId, 'keep');
  }

  private async get(botId: string): Promise<Bot> {
    return present(await mustBeBot(botById(this.deps.database.reader, botId)));
  }
}

async function mustBeBot(found: Promise<BotRow | null>): Promise<BotRow> {
  const bot = await found;
  if (!bot) throw errors.notFound('bot');
  return bot;
}
