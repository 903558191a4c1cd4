/** A change of a text, as people type or generate them. The numbers, from 0 to 1, choose the position and what is written there. */
export interface TextChange {
  readonly kind: ChangeKind;
  readonly at: number;
  readonly with: number;
}

export const changeKinds = ["word", "word", "word", "letter", "line", "blank", "remove", "swap"] as const;
export type ChangeKind = (typeof changeKinds)[number];

export function changeText(text: string, { kind, at, with: written }: TextChange): string {
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
  }
}

/** The item at a number from 0 to 1. */
export function chosen<Item>(items: readonly Item[], where: number): Item {
  const item = items[Math.floor(where * items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}
