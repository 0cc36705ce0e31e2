const PRESENTATION = '\uFE0F';

/** What is shown as text unless a variation selector follows. A skin tone says that it is a picture, too. */
const TEXT_BY_DEFAULT = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;

/** Every emoji that is recommended for general interchange, sequences too. The compiler's target does not know the flag `v`. */
const RECOMMENDED = new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v');

/**
 * One emoji in the one spelling it is stored in, fully qualified: `❤` and `❤️` are the same. Source: Unicode TS #51, ED-18.
 * @returns `null` for anything but exactly one emoji
 */
export function qualifiedEmoji(text: string): string | null {
  const qualified = text
    .replaceAll(PRESENTATION, '')
    .replace(TEXT_BY_DEFAULT, (character) => character + PRESENTATION);
  return RECOMMENDED.test(qualified) ? qualified : null;
}
