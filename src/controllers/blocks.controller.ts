import type { RequestHandler } from 'express';
import { BlockUser, ListBlocks, UnblockUser } from '../contracts/users';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function blocksController({ blocks }: Services) {
  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListBlocks, response);
    response.json(await blocks.list(caller(response), query));
  };

  const block: RequestHandler = async (_request, response) => {
    const { params } = input(BlockUser, response);
    await blocks.block(caller(response), params.userId);
    response.status(204).end();
  };

  const unblock: RequestHandler = async (_request, response) => {
    const { params } = input(UnblockUser, response);
    await blocks.unblock(caller(response), params.userId);
    response.status(204).end();
  };

  return { list, block, unblock };
}
