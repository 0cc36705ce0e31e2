import { errors } from '../../helpers/errors';
import type { Services } from '../../services/services';
import type { Handlers } from '../event-router';
import type { SessionClock } from '../session-clock';

/** Lets a socket live on with a newer access token of the same person and session. */
export function sessionHandlers({ accounts }: Services, clock: SessionClock): Pick<Handlers, 'auth_refresh'> {
  return {
    async auth_refresh(socket, { token }) {
      const renewed = await accounts.sessions.authenticate(token);
      const { identity } = socket.data;
      if (renewed.userId !== identity.userId || renewed.sessionId !== identity.sessionId)
        throw errors.unauthenticated('The token belongs to another session');
      socket.data.identity = renewed;
      clock.wind();
      return { expiresAt: renewed.expiresAt.toISOString() };
    },
  };
}
