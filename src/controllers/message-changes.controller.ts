import type { RequestHandler } from 'express';
import { KINDS } from '../contracts/kinds';
import type { messageCommands } from '../contracts/message-commands';
import type { ConversationKind } from '../contracts/messages';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

type Contracts = ReturnType<typeof messageCommands<ConversationKind>>;

/** What becomes of messages after they were sent. */
export function messageChangesController(
  { messages, editing, revisions, messageDeletion, hiding, pins }: Services,
  kind: ConversationKind,
  contracts: Contracts,
) {
  const { idKey } = KINDS[kind];

  const edit: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.edit, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    response.json(await editing.edit(caller(response), place, body.content));
  };

  const remove: RequestHandler = async (_request, response) => {
    const { params, query } = input(contracts.remove, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    if (query.for === 'me') await hiding.hide(caller(response), place);
    else await messageDeletion.deleteForEveryone(caller(response), place);
    response.status(204).end();
  };

  const history: RequestHandler = async (_request, response) => {
    const { params, query } = input(contracts.history, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    response.json(await revisions.of(caller(response), place, query));
  };

  const pin: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.pin, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    response.json(await pins.pin(caller(response), place));
  };

  const unpin: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.unpin, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    response.json(await pins.unpin(caller(response), place));
  };

  const listPins: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.pins, response);
    response.json({ items: await messages.pinned(caller(response), kind, params[idKey]) });
  };

  return { edit, remove, history, pin, unpin, listPins };
}
