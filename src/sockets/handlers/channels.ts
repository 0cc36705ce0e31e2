import type { Services } from '../../services/services';
import type { Handlers } from '../event-router';
import { joinChannel, unjoinChannel } from '../visiting';

/** Channels: hear a followed or public one in full, and no longer; posts are sent over REST. */
export function channelHandlers({ channels }: Services): Pick<Handlers, 'join_channel' | 'leave_channel'> {
  return {
    async join_channel(socket, { channelId }) {
      const conversation = await joinChannel(socket, channels, channelId);
      return { conversation, version: conversation.version };
    },

    async leave_channel(socket, { channelId }) {
      await unjoinChannel(socket, channelId);
      return {};
    },
  };
}
