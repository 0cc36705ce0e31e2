import type { RequestHandler } from 'express';
import { KINDS } from '../contracts/kinds';
import type { messageOperations } from '../contracts/message-operations';
import type { ConversationKind } from '../contracts/messages';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

type Contracts = ReturnType<typeof messageOperations<ConversationKind>>;

/** The messages of a kind of conversation and how far one has come in them. */
export function messagesController(
  { messages, changes, my, receipts }: Services,
  kind: ConversationKind,
  contracts: Contracts,
) {
  const { idKey } = KINDS[kind];

  const send: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.send, response);
    const sent = await messages.send(caller(response), kind, params[idKey], body);
    response.status(sent.duplicate ? 200 : 201).json(sent);
  };

  const history: RequestHandler = async (_request, response) => {
    const { params, query } = input(contracts.list, response);
    response.json(await messages.history(caller(response), kind, params[idKey], query));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.get, response);
    response.json(await messages.one(caller(response), kind, params[idKey], params.messageId));
  };

  const changesSince: RequestHandler = async (_request, response) => {
    const { params, query } = input(contracts.changes, response);
    response.json(await changes.since(caller(response), kind, params[idKey], query));
  };

  const read: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.read, response);
    response.json(await my.read(caller(response), kind, params[idKey], body.seq));
  };

  const delivered: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.delivered, response);
    response.json(await my.delivered(caller(response), kind, params[idKey], body.seq));
  };

  const receiptsOf: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.receipts, response);
    response.json(await receipts.of(caller(response), kind, params[idKey], params.messageId));
  };

  return { send, history, get, changesSince, read, delivered, receiptsOf };
}
