import { type Paint, plain } from "./paint.ts";

// C0 but tab and line feed, DEL and C1; and what turns the direction of text around, so that a line shows otherwise than it is.
// oxlint-disable-next-line no-control-regex
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;
// oxlint-disable-next-line no-control-regex
const colour = /(\u001b\[[\d;]*m)/u;

/**
 * A text without characters that a terminal obeys: names of files and columns, cells and lines of a specification are somebody else's, and may move
 * the cursor or hide what stands before them. Each becomes a sign of one column, by which it can be told: `␛`.
 */
export function visibleText(text: string): string {
  return text.replaceAll(invisible, signOf);
}

/** The same of a text that has been painted: colours stay. */
function visiblePaintedText(text: string): string {
  return text
    .split(colour)
    .map((part, index) => (index % 2 === 0 ? visibleText(part) : part))
    .join("");
}

/** Which of the two a text wants that `paint` has painted. */
export function visibleTextIn(paint: Paint): (text: string) => string {
  return paint === plain ? visibleText : visiblePaintedText;
}

/** Unicode's control pictures. */
function signOf(character: string): string {
  const code = character.charCodeAt(0);
  return code === 0x7f ? "␡" : code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
}
