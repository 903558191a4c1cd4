import type { Declaration, SpecificationFile } from "../../grammar/ast.ts";
import { lex } from "../../grammar/lex.ts";

const span = { file: "a.mtl", start: 0, end: 0 };

export function fileOf(declarations: readonly Declaration[]): SpecificationFile {
  return { kind: "SpecificationFile", span, declarations, comments: [] };
}

/** White space and comments between two words of a text. */
const gaps = [" ", " ", " ", "\n", "\n\n\n  ", " // behind\n", "\n// above\n", "\n\n// apart\n\n"];

/** A text with other white space between its words, and with numbered comments there. */
export function scattered(text: string, draws: Iterator<number>): string {
  const { tokens, comments } = lex(text);
  const words = [...tokens, ...comments].toSorted((a, b) => a.startOffset - b.startOffset);
  return words
    .map(({ image }, index) => {
      if (image.startsWith("///")) return `\n${image}\n`;
      return image + (gaps[draws.next().value] ?? " ").replace("//", `// ${index}`);
    })
    .join("");
}
