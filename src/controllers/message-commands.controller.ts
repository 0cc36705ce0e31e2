import type { RequestHandler } from 'express';
import { KINDS } from '../contracts/kinds';
import type { messageCommands } from '../contracts/message-commands';
import type { ConversationKind } from '../contracts/messages';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

type Contracts = ReturnType<typeof messageCommands<ConversationKind>>;

/** What people do to one message. */
export function messageCommandsController(
  { reactions, forwarding }: Services,
  kind: ConversationKind,
  contracts: Contracts,
) {
  const { idKey } = KINDS[kind];

  const react: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.react, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    response.json(await reactions.react(caller(response), place, params.emoji));
  };

  const unreact: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.unreact, response);
    const place = { kind, conversationId: params[idKey], messageId: params.messageId };
    response.json(await reactions.unreact(caller(response), place, params.emoji));
  };

  const forward: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.forward, response);
    response.json(await forwarding.forward(caller(response), kind, params[idKey], params.messageId, body.to));
  };

  return { react, unreact, forward };
}
