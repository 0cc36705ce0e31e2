import type { Config } from '../../config/env';
import type { Database } from '../../database/database';
import type { ConversationAccess } from '../conversations/access';
import type { DomainEventBus } from '../domain-events';
import { MessageDeletionService } from './deletion.service';
import { EditingService } from './editing.service';
import { HidingService } from './hiding.service';
import type { MessageWriter } from './message-writer';
import type { MessagesService } from './messages.service';
import { PinsService } from './pins.service';
import { RevisionsService } from './revisions.service';

/** What becomes of messages after they were sent. */
export interface MessageChanges {
  readonly editing: EditingService;
  readonly revisions: RevisionsService;
  readonly messageDeletion: MessageDeletionService;
  readonly hiding: HidingService;
  readonly pins: PinsService;
}

interface Dependencies {
  readonly database: Database;
  readonly access: ConversationAccess;
  readonly messages: MessagesService;
  readonly writer: MessageWriter;
  readonly bus: DomainEventBus;
  readonly config: Pick<Config, 'messageMaxLength' | 'editWindowSeconds'>;
}

export function createMessageChanges(dependencies: Dependencies): MessageChanges {
  const { database, access, messages, writer, bus, config } = dependencies;
  const { messageMaxLength: maxLength, editWindowSeconds: windowSeconds } = config;
  return {
    editing: new EditingService({ messages, writer, maxLength, windowSeconds }),
    revisions: new RevisionsService(database, access, messages),
    messageDeletion: new MessageDeletionService(writer),
    hiding: new HidingService(database, writer, bus),
    pins: new PinsService(messages, writer),
  };
}
