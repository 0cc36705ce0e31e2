import type { RequestHandler } from 'express';
import { ChangeMy, ClearHistory, GetSync, ListConversations } from '../contracts/inbox';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

/** Conversations of all kinds. */
export function conversationsController({ conversations, my, sync }: Services) {
  const list: RequestHandler = async (_request, response) => {
    const { kind, archived, ...paging } = input(ListConversations, response).query;
    response.json(await conversations.list(caller(response), { kind, archived }, paging));
  };

  const changeMy: RequestHandler = async (_request, response) => {
    const { params, body } = input(ChangeMy, response);
    response.json(await my.change(caller(response), params.conversationId, body));
  };

  const clearHistory: RequestHandler = async (_request, response) => {
    const { params, body } = input(ClearHistory, response);
    response.json(await my.clearHistory(caller(response), params.conversationId, body.uptoSeq));
  };

  const since: RequestHandler = async (_request, response) => {
    const { query } = input(GetSync, response);
    response.json(await sync.since(caller(response), query.since));
  };

  return { list, changeMy, clearHistory, since };
}
