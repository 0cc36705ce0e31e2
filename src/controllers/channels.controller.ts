import type { RequestHandler } from 'express';
import {
  AddChannelAdmin,
  ChangeChannel,
  CreateChannel,
  FollowChannel,
  GetChannel,
  GetChannelByHandle,
  ListChannels,
  ListFollowers,
  RemoveChannelAdmin,
  UnfollowChannel,
} from '../contracts/channels';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

/** Channels, and who follows and runs them. */
export function channelsController({ channels, details, following, members, admins }: Services) {
  const create: RequestHandler = async (_request, response) => {
    const { body } = input(CreateChannel, response);
    response.status(201).json(await channels.create(caller(response), body));
  };

  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListChannels, response);
    response.json(await channels.find(caller(response), query));
  };

  const getByHandle: RequestHandler = async (_request, response) => {
    const { params } = input(GetChannelByHandle, response);
    response.json(await channels.byHandle(caller(response), params.handle));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetChannel, response);
    response.json(await channels.get(caller(response), params.channelId));
  };

  const change: RequestHandler = async (_request, response) => {
    const { params, body } = input(ChangeChannel, response);
    response.json(await details.change(caller(response), 'channel', params.channelId, body));
  };

  const follow: RequestHandler = async (_request, response) => {
    const { params } = input(FollowChannel, response);
    response.json(await following.follow(caller(response), params.channelId));
  };

  const unfollow: RequestHandler = async (_request, response) => {
    const { params } = input(UnfollowChannel, response);
    await following.unfollow(caller(response), params.channelId);
    response.status(204).end();
  };

  const followers: RequestHandler = async (_request, response) => {
    const { params, query } = input(ListFollowers, response);
    response.json(await members.list(caller(response), 'channel', params.channelId, query));
  };

  const addAdmin: RequestHandler = async (_request, response) => {
    const { params } = input(AddChannelAdmin, response);
    response.json(await admins.add(caller(response), params.channelId, params.userId));
  };

  const removeAdmin: RequestHandler = async (_request, response) => {
    const { params } = input(RemoveChannelAdmin, response);
    await admins.remove(caller(response), params.channelId, params.userId);
    response.status(204).end();
  };

  return { create, list, getByHandle, get, change, follow, unfollow, followers, addAdmin, removeAdmin };
}
