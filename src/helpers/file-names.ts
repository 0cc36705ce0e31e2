import { wholeCharacters } from './text';

/** UTF-16 units: what the column holds, and what most file systems can. */
const MAX_LENGTH = 255;
/** Of what may be an extension, with its dot. */
const MAX_EXTENSION = 16;

/** Control characters, breaks of lines, and what turns the direction of text (Unicode TR #36: `gpj.exe` read as `exe.jpg`). */
const UNWANTED = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** What a file is called when it is called nothing. */
const NAMELESS = 'file';

/** Cuts before the extension, never within a character. */
function shortened(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const extension = /\.[^.\s]+$/u.exec(name)?.[0] ?? '';
  const kept = extension.length <= MAX_EXTENSION ? extension : '';
  return (wholeCharacters(name, MAX_LENGTH - kept.length) || NAMELESS) + kept;
}

/** The name of a file as it is kept: one line of well-formed Unicode, no path, 255 UTF-16 units at most, never empty. */
export function tameFileName(name: string): string {
  const plain = (name.replace(LONE_SURROGATE, '\uFFFD').split(/[/\\]/).pop() ?? '')
    .replace(UNWANTED, '')
    .trim();
  return /^\.*$/.test(plain) ? NAMELESS : shortened(plain);
}

/** What RFC 8187 lets stand as it is; encodeURIComponent leaves a few more. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** A Content-Disposition (RFC 6266) with the name in full, and in ASCII for who cannot read that. */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded(name)}`;
}
