import type { Services } from '../../services/services';
import type { Handlers } from '../event-router';

/** The caller's watermarks, in a conversation of any kind. */
export function receiptHandlers({ my }: Services): Pick<Handlers, 'message_delivered' | 'message_read'> {
  return {
    async message_delivered(socket, { roomId, seq }) {
      const view = await my.delivered(socket.data.identity, null, roomId, seq);
      return { seq: view.my.lastDeliveredSeq };
    },

    async message_read(socket, { roomId, seq }) {
      const view = await my.read(socket.data.identity, null, roomId, seq);
      return { seq: view.my.lastReadSeq };
    },
  };
}
