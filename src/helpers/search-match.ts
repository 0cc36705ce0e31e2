import { piecesOf, type Piece } from './search-tokens';

/** A stretch of a text in UTF-16 units, the end not included. */
export type Stretch = readonly [start: number, end: number];

export interface Match {
  readonly highlights: readonly Stretch[];
  /** how often what was sought occurs, more in a short text than in a long one */
  readonly score: number;
}

const MAX_HIGHLIGHTS = 100;

/** Every place of a run in another one, or of the word itself. */
function placesWithin(piece: Piece, sought: Piece): Stretch[] {
  if (!sought.isRun) return piece.text === sought.text ? [[0, piece.text.length]] : [];
  const places: Stretch[] = [];
  for (let at = piece.text.indexOf(sought.text); at >= 0; at = piece.text.indexOf(sought.text, at + 1))
    places.push([at, at + sought.text.length]);
  return places;
}

/** Whether a piece may stand at a place of a phrase: runs may begin before it and end behind it. */
function fits(piece: Piece | undefined, sought: Piece, index: number, count: number): piece is Piece {
  if (piece?.isRun !== sought.isRun) return false;
  if (!sought.isRun || (index > 0 && index < count - 1)) return piece.text === sought.text;
  return index === 0 ? piece.text.endsWith(sought.text) : piece.text.startsWith(sought.text);
}

function stretchesOf(pieces: readonly Piece[], phrase: readonly Piece[]): Stretch[] {
  const [first, ...rest] = phrase;
  if (!first) return [];
  const last = rest.at(-1);
  if (!last)
    return pieces
      .filter((piece) => piece.isRun === first.isRun)
      .flatMap((piece) => placesWithin(piece, first).map(([start, end]) => piece.origin(start, end)));
  return pieces.flatMap((begin, at) => {
    const end = pieces[at + phrase.length - 1];
    if (!end || !phrase.every((sought, index) => fits(pieces[at + index], sought, index, phrase.length)))
      return [];
    const { length } = begin.text;
    return [
      [begin.origin(length - first.text.length, length)[0], end.origin(0, last.text.length)[1]] as const,
    ];
  });
}

/** In order, without overlaps. */
function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const [start, end] of [...stretches].sort((left, right) => left[0] - right[0])) {
    const last = result.at(-1);
    if (last && start < last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}

/** Where a text has all that is sought; `null` when it lacks something. */
export function matchText(text: string, phrases: readonly (readonly Piece[])[]): Match | null {
  const pieces = piecesOf(text);
  const found = phrases.map((phrase) => stretchesOf(pieces, phrase));
  if (found.some(({ length }) => length === 0)) return null;
  const stretches = found.flat();
  return {
    highlights: merged(stretches).slice(0, MAX_HIGHLIGHTS),
    score: Math.round((1000 * stretches.length) / Math.sqrt(pieces.length || 1)),
  };
}
