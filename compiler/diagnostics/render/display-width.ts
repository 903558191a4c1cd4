/** Width of a tab stop in excerpts, in columns. */
const tabWidth = 4;

const wide =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const invisible = /^[\p{Cc}\p{Cf}\p{M}]+$/u;
const ascii = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/**
 * Creates a segmenter only on demand, because that takes longer than the rest of a short command, and most texts need
 * none.
 */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/**
 * Number of columns that a terminal uses for a text without tabs: two for wide characters (Unicode's East Asian Width),
 * none for combining marks.
 */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) {
    if (invisible.test(segment)) continue;
    width += wide.test(segment) ? 2 : 1;
  }
  return width;
}

/** Replaces tabs by spaces up to the next tab stop, so that the marks below a line are aligned in every terminal. */
export function expandTabs(text: string): string {
  const [first = "", ...rest] = text.split("\t");
  return rest.reduce((line, part) => line + " ".repeat(tabWidth - (displayWidth(line) % tabWidth)) + part, first);
}
