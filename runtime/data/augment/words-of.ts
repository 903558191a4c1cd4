/** A word of a text, and the position of its first character. */
export interface Word {
  readonly text: string;
  readonly start: number;
}

/** Letters and digits of any script, with apostrophes and hyphens within. */
const word = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** The words of a text, in order. */
export function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(word)].map((match) => ({ text: match[0], start: match.index }));
}
