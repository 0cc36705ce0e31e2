import { randomBytes } from 'node:crypto';
import { sha256 } from '../../helpers/hashing';

const HOW_MANY = 10;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** 80 bits: nobody guesses one, so none needs a slow hash, nor a key that could be lost. */
const LENGTH = 16;

/** As people write them down. */
const inGroups = (code: string): string => (code.match(/.{4}/g) ?? []).join('-');

const newCode = (): string =>
  [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length] ?? '').join('');

export const newRecoveryCodes = (): string[] => Array.from({ length: HOW_MANY }, () => inGroups(newCode()));

/** What is stored of one; whose it is goes into it. */
export const recoveryCodeHash = (userId: string, code: string): string =>
  sha256(`${userId}:${code.replaceAll('-', '')}`);
