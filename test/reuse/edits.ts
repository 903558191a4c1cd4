import * as fc from "fast-check";
import type { Files } from "./two-files.ts";

/** A change of one file, as people type or generate them. The shares choose the file, the position, and what is written there. */
export interface Edit {
  readonly kind: (typeof kinds)[number];
  readonly file: number;
  readonly at: number;
  readonly with: number;
}

const kinds = ["word", "word", "word", "letter", "line", "blank", "remove", "swap", "undo"] as const;
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...kinds), file: share, at: share, with: share }),
  { minLength: 1, maxLength: 10 },
);

/** The files after an edit; `before` are those of which the first edit was made. */
export function edited(files: Files, before: Files, edit: Edit): Files {
  const path = chosen(Object.keys(files), edit.file);
  const text = files[path] ?? "";
  return { ...files, [path]: edit.kind === "undo" ? (before[path] ?? "") : change(text, edit) };
}

function change(text: string, { kind, at, with: written }: Edit): string {
  const lines = text.split("\n");
  const line = Math.floor(at * lines.length);
  switch (kind) {
    case "word": {
      const words = [...text.matchAll(/[A-Za-z_]\w*|\d+/gu)];
      if (words.length === 0) return text;
      const { index, 0: word } = chosen(words, at);
      return text.slice(0, index) + chosen(words, written)[0] + text.slice(index + word.length);
    }
    case "letter": {
      const offset = Math.floor(at * text.length);
      return text.slice(0, offset) + text.slice(offset + 1);
    }
    case "line":
      return lines.toSpliced(line, 0, chosen(lines, written)).join("\n");
    case "blank":
      return lines.toSpliced(line, 0, chosen(["", "// a comment", "/// documentation"], written)).join("\n");
    case "remove":
      return lines.toSpliced(line, 1).join("\n");
    case "swap": {
      const other = Math.floor(written * lines.length);
      return lines
        .with(line, lines[other] ?? "")
        .with(other, lines[line] ?? "")
        .join("\n");
    }
    case "undo":
      return text;
  }
}

function chosen<Item>(items: readonly Item[], where: number): Item {
  const item = items[Math.floor(where * items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}
