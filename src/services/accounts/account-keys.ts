import { foldCase } from '../../helpers/text';

/** Folding can make one character eighteen (U+FDFA); the column holds 255. Search compares beginnings, so a cut one still matches. */
const DISPLAY_NAME_KEY_LENGTH = 255;

export const emailKeyOf = (email: string): string => foldCase(email);
export const usernameKeyOf = (username: string): string => foldCase(username);
export const displayNameKeyOf = (displayName: string): string =>
  [...foldCase(displayName)].slice(0, DISPLAY_NAME_KEY_LENGTH).join('');
