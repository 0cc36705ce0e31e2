import { Router } from 'express';
import { messageCommands } from '../contracts/message-commands';
import { messageOperations } from '../contracts/message-operations';
import type { ConversationKind } from '../contracts/messages';
import { messageChangesController } from '../controllers/message-changes.controller';
import { messageCommandsController } from '../controllers/message-commands.controller';
import { messagesController } from '../controllers/messages.controller';
import { accepts } from '../middlewares/accepts';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** The messages of one conversation and how far one has come in them, under its path; who asks is known. */
export function messageRoutes(services: Services, kind: ConversationKind): Router {
  const contracts = messageOperations<ConversationKind>(kind);
  const messages = messagesController(services, kind, contracts);
  const router = Router({ mergeParams: true });
  router.put('/read', accepts(contracts.read), messages.read);
  router.put('/delivered', accepts(contracts.delivered), messages.delivered);
  router.get('/changes', accepts(contracts.changes), messages.changesSince);
  router.post('/messages', limit(services.limits, 'message'), accepts(contracts.send), messages.send);
  router.get('/messages', accepts(contracts.list), messages.history);
  router.get('/messages/:messageId', accepts(contracts.get), messages.get);
  router.get('/messages/:messageId/receipts', accepts(contracts.receipts), messages.receiptsOf);
  const does = messageCommands<ConversationKind>(kind);
  const commands = messageCommandsController(services, kind, does);
  const changes = messageChangesController(services, kind, does);
  const change = limit(services.limits, 'messageChange');
  router.patch('/messages/:messageId', change, accepts(does.edit), changes.edit);
  router.delete('/messages/:messageId', change, accepts(does.remove), changes.remove);
  router.get('/messages/:messageId/history', accepts(does.history), changes.history);
  router.put('/messages/:messageId/pin', change, accepts(does.pin), changes.pin);
  router.delete('/messages/:messageId/pin', change, accepts(does.unpin), changes.unpin);
  router.get('/pins', accepts(does.pins), changes.listPins);
  const reactions = limit(services.limits, 'reaction');
  router.put('/messages/:messageId/reactions/:emoji', reactions, accepts(does.react), commands.react);
  router.delete('/messages/:messageId/reactions/:emoji', reactions, accepts(does.unreact), commands.unreact);
  router.post('/messages/:messageId/forward', accepts(does.forward), commands.forward);
  return router;
}
