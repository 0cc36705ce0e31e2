import type { Database } from '../../database/database';
import type { SessionsService } from '../accounts/sessions.service';
import { AuditLogService } from '../audit/audit-log.service';
import type { AvatarsService } from '../avatars/avatars.service';
import type { DomainEventBus } from '../domain-events';
import type { MessageWriter } from '../messages/message-writer';
import { AdministeredConversationsService } from './conversations.service';
import { RemovalsService } from './removals.service';
import { RolesService } from './roles.service';
import { SuspensionsService } from './suspensions.service';
import { AdministeredUsersService } from './users.service';

/** What admins do. */
export interface Administration {
  readonly auditLog: AuditLogService;
  readonly users: AdministeredUsersService;
  readonly suspensions: SuspensionsService;
  readonly roles: RolesService;
  readonly conversations: AdministeredConversationsService;
  readonly removals: RemovalsService;
}

interface Dependencies {
  readonly database: Database;
  readonly sessions: SessionsService;
  readonly bus: DomainEventBus;
  readonly writer: MessageWriter;
  readonly avatars: AvatarsService;
}

export function createAdministration({
  database,
  sessions,
  bus,
  writer,
  avatars,
}: Dependencies): Administration {
  return {
    auditLog: new AuditLogService(database),
    users: new AdministeredUsersService(database),
    suspensions: new SuspensionsService(database, sessions),
    roles: new RolesService(database, sessions, bus),
    conversations: new AdministeredConversationsService(database),
    removals: new RemovalsService(database, writer, avatars),
  };
}
