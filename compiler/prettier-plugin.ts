import type { Parser, Plugin, Printer, SupportLanguage } from "prettier";
import { createReporter } from "./diagnostics/reporter.ts";
import { reportSyntax } from "./bind/report-syntax.ts";
import type { SpecificationFile } from "../grammar/ast.ts";
import { parse } from "../grammar/parse.ts";
import { editedText } from "./edited-text.ts";
import { formatRange } from "./formatter/format-range.ts";
import { defaultLayout, specificationDoc } from "./formatter/print.ts";

/** The tree as prettier gets it. It is one node, since the declarations are printed with their comments. */
interface Root {
  readonly tree: SpecificationFile;
  readonly text: string;
}

/** A syntax error with the position that prettier shows: lines and columns are counted from 1. */
class PositionedSyntaxError extends SyntaxError {
  readonly loc: { readonly start: Position; readonly end: Position };

  constructor(message: string, start: Position, end: Position) {
    super(`${message} (${start.line}:${start.column})`);
    this.loc = { start, end };
  }
}

interface Position {
  readonly line: number;
  readonly column: number;
}

const language: SupportLanguage = {
  name: "mtl",
  parsers: ["mtl"],
  extensions: [".mtl"],
  vscodeLanguageIds: ["mtl"],
};

const parser: Parser<Root> = {
  astFormat: "mtl",
  locStart: () => 0,
  locEnd: ({ text }) => text.length,
  // Prettier formats no range of a language that it does not know, and then gives back the text that comes from here.
  preprocess(text, { rangeStart, rangeEnd, ...options }) {
    const isWhole = (rangeStart <= 0 && rangeEnd >= text.length) || "parentParser" in options;
    if (isWhole) return text;
    const edits = formatRange(text, { start: rangeStart, end: rangeEnd }, options);
    return edits ? editedText(text, edits) : text;
  },
  parse(text) {
    const { tree, problems } = parse(text, "specification.mtl");
    const reporter = createReporter();
    for (const problem of problems) reportSyntax(problem, reporter);
    const [first] = reporter.diagnostics;
    if (first)
      throw new PositionedSyntaxError(
        `${first.code}: ${first.message}`,
        positionOf(text, first.at.start),
        positionOf(text, first.at.end),
      );
    return { tree, text };
  },
};

const printer: Printer<Root> = {
  // Prettier looks for comments and the cursor in the root alone, and in no node of our tree.
  getVisitorKeys: () => [],
  print: ({ node: { tree, text } }, layout) => specificationDoc(tree, { source: text, layout }),
};

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/**
 * Formats `.mtl` files, and code of the language `mtl` in Markdown, by prettier. The width of a line is 140 unless the
 * project's configuration says otherwise. A file with a syntax error is refused.
 */
const plugin: Plugin<Root> = {
  languages: [language],
  parsers: { mtl: parser },
  printers: { mtl: printer },
  defaultOptions: { printWidth: defaultLayout.printWidth },
};

export const { languages, parsers, printers, defaultOptions } = plugin;
export default plugin;
