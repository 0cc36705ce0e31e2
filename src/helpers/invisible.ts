/**
 * Where a character without a picture of its own belongs: emoji (Unicode TS #51: joiners, variation selectors, flags made
 * of tags), and scripts that join letters (UAX #31, rules A and B: after a virama, between Arabic letters; variants of Han).
 */
const IN_PLACE = new RegExp(
  [
    String.raw`(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*)\u200D(?=\p{Extended_Pictographic})`,
    String.raw`(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]`,
    String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
    String.raw`(?<=\u{1F3F4})[\u{E0020}-\u{E007E}]+\u{E007F}`,
    String.raw`(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D]`,
    String.raw`(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})`,
    String.raw`(?<=\p{Script=Han})[\u{E0100}-\u{E01EF}]`,
  ].join('|'),
  'gu',
);

/** Zero-width characters, bidirectional controls, fillers, tags; and the braille blank. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a name shows all that it is made of, and is not made of blanks. An empty one hides nothing. */
export function isAllVisible(name: string): boolean {
  return (name === '' || VISIBLE.test(name)) && !INVISIBLE.test(name.replace(IN_PLACE, ''));
}
