import { foldCase } from '../../helpers/text';

/** Folding can make one character eighteen (U+FDFA); the column holds 255. Search compares beginnings, so a cut one still matches. */
const DISPLAY_NAME_KEY_LENGTH = 255;

export const emailKeyOf = (email: string): string => foldCase(email);
export const usernameKeyOf = (username: string): string => foldCase(username);
/** What nobody can have as a username or an address: neither begins with a `#`. */
export const keyOfNobody = (id: string): string =>
  `#${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}`;
export const displayNameKeyOf = (displayName: string): string =>
  [...foldCase(displayName)].slice(0, DISPLAY_NAME_KEY_LENGTH).join('');
