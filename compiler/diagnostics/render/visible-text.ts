import { type Paint, plain } from "./paint.ts";

// Control characters except tab and line feed (C0, DEL and C1), and characters that change the direction of text.
// oxlint-disable-next-line no-control-regex
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;
// oxlint-disable-next-line no-control-regex
const colour = /(\u001b\[[\d;]*m)/u;

/**
 * Replaces control characters by visible ones of one column, such as `␛`. Names of files and columns, cells and lines
 * of a specification come from others, and could otherwise move the cursor or hide text in a terminal.
 */
export function visibleText(text: string): string {
  return text.replaceAll(invisible, signOf);
}

/** Does the same for a text that has been painted: colour codes are kept. */
function visiblePaintedText(text: string): string {
  return text
    .split(colour)
    .map((part, index) => (index % 2 === 0 ? visibleText(part) : part))
    .join("");
}

/** Chooses between the two, by whether `paint` adds colours. */
export function visibleTextIn(paint: Paint): (text: string) => string {
  return paint === plain ? visibleText : visiblePaintedText;
}

/** Returns the character's symbol in Unicode's block of control pictures. */
function signOf(character: string): string {
  const code = character.charCodeAt(0);
  return code === 0x7f ? "␡" : code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
}
