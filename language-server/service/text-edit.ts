import { editedText as replacedText } from "../../compiler/edited-text.ts";
import type { Span } from "../../grammar/ast.ts";

/** A replacement of a part of a text. */
export interface TextEdit {
  readonly at: Span;
  readonly text: string;
}

/** The text of one file after edits of it, which do not overlap. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  return replacedText(
    text,
    edits.map((edit) => ({ start: edit.at.start, end: edit.at.end, text: edit.text })),
  );
}

/** Edits without those that are within another one, which replaces or removes more. */
export function withoutOverlaps(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.filter(
    (edit, index) =>
      !edits.some(({ at }, other) => {
        if (other === index || at.file !== edit.at.file || at.start > edit.at.start || at.end < edit.at.end)
          return false;
        const isSame = at.start === edit.at.start && at.end === edit.at.end;
        return isSame ? other > index && edit.at.end > edit.at.start : at.end > at.start && edit.at.end > edit.at.start;
      }),
  );
}
