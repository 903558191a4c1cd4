import * as fc from "fast-check";
import { type TextChange, changeKinds, changeText, chosen } from "../../campaign/edits/change-text.ts";
import type { Files } from "./two-files.ts";

/** A change of one file, which a number from 0 to 1 chooses, or the end of all its changes. */
export interface Edit extends Omit<TextChange, "kind"> {
  readonly kind: TextChange["kind"] | "undo";
  readonly file: number;
}

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...changeKinds, "undo" as const), file: share, at: share, with: share }),
  { minLength: 1, maxLength: 10 },
);

/** The files after an edit; `before` are those of which the first edit was made. */
export function edited(files: Files, before: Files, { kind, file, ...change }: Edit): Files {
  const path = chosen(Object.keys(files), file);
  const text = files[path] ?? "";
  return { ...files, [path]: kind === "undo" ? (before[path] ?? "") : changeText(text, { kind, ...change }) };
}
