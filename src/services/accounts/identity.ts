import type { Role } from '../../contracts/users';
import type { Tell } from '../limits/limits';

/** Who asks: proven by an access token and a live session. */
export interface Identity {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  /** a program, with a token instead of a sign-in */
  readonly isBot: boolean;
  /** when the access token expires */
  readonly expiresAt: Date;
  /** hears what is left of the limits that their request counts towards */
  readonly tell?: Tell | undefined;
}

/** Where a request comes from. */
export interface Origin {
  readonly ip: string;
  /** what limits by address count: the address, or its network (`addressKeyOf`) */
  readonly limitKey: string;
  readonly userAgent: string | null;
  readonly tell?: Tell | undefined;
}
