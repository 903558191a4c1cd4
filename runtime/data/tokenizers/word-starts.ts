import { specialIds } from "./special-tokens.ts";
import type { TextEncoding } from "./text-encoding.ts";

/** The positions of the tokens with which the words of an encoded text begin; a separator is no word. */
export function wordStarts(
  ids: ArrayLike<number>,
  mask: ArrayLike<number>,
  { startsWord }: Pick<TextEncoding, "startsWord">,
): readonly number[] {
  return Array.from(ids).flatMap((id, position) => {
    const isToken = mask[position] === 1 && id !== specialIds.separator;
    return isToken && (position === 0 || startsWord(id)) ? [position] : [];
  });
}
