import type { RequestHandler } from 'express';
import {
  AddMembers,
  ChangeGroup,
  ChangeMember,
  CreateGroup,
  GetGroup,
  ListGroups,
  ListMembers,
  RemoveMember,
} from '../contracts/groups';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function groupsController({ conversations, groups, details, members }: Services) {
  const create: RequestHandler = async (_request, response) => {
    const { body } = input(CreateGroup, response);
    response.status(201).json(await groups.create(caller(response), body));
  };

  const list: RequestHandler = async (_request, response) => {
    const { search, ...paging } = input(ListGroups, response).query;
    const filter = { kind: 'group', archived: undefined, title: search } as const;
    response.json(await conversations.list(caller(response), filter, paging));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetGroup, response);
    response.json(await conversations.get(caller(response), 'group', params.groupId));
  };

  const change: RequestHandler = async (_request, response) => {
    const { params, body } = input(ChangeGroup, response);
    response.json(await details.change(caller(response), 'group', params.groupId, body));
  };

  const listMembers: RequestHandler = async (_request, response) => {
    const { params, query } = input(ListMembers, response);
    response.json(await members.list(caller(response), 'group', params.groupId, query));
  };

  const addMembers: RequestHandler = async (_request, response) => {
    const { params, body } = input(AddMembers, response);
    response.json(await members.add(caller(response), 'group', params.groupId, body.userIds));
  };

  const changeMember: RequestHandler = async (_request, response) => {
    const { params, body } = input(ChangeMember, response);
    const { groupId, userId } = params;
    response.json(await members.changeRole(caller(response), 'group', groupId, userId, body.role));
  };

  const removeMember: RequestHandler = async (_request, response) => {
    const { params } = input(RemoveMember, response);
    await members.remove(caller(response), 'group', params.groupId, params.userId);
    response.status(204).end();
  };

  return { create, list, get, change, listMembers, addMembers, changeMember, removeMember };
}
