import { randomBytes } from 'node:crypto';

/** 256 bits: nobody guesses one, and so a plain hash of it can be looked up. */
const BYTES = 32;
const PREFIX = 'bot_';

export const newBotToken = (): string => `${PREFIX}${randomBytes(BYTES).toString('base64url')}`;

/** No access token begins like that: a JWT is base64url of `{"`. */
export const isBotToken = (token: string): boolean => token.startsWith(PREFIX);
