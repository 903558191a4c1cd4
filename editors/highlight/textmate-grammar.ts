import { connectors, heads, identifier, operators, punctuation, wordsOf, type Head } from "./lexicon.ts";

/** A rule of a TextMate grammar. */
interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: { readonly [group: string]: { readonly name: string } };
  readonly patterns?: readonly Rule[];
  readonly include?: string;
}

export interface TextMateGrammar {
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes: readonly string[];
  readonly patterns: readonly Rule[];
  readonly injectionSelector?: string;
}

const scopeOfName: { readonly [Kind in NonNullable<Head["declares"]>]: string } = {
  block: "entity.name.function.mtl",
  section: "entity.name.section.mtl",
  value: "entity.name.variable.mtl",
};

/** The beginning of a declaration or a statement: its word, and the name that it declares. */
function headRule({ word, declares, after, isAtLineStart }: Head): Rule {
  const start = isAtLineStart ? String.raw`^\s*` : String.raw`(?<![.\w])`;
  const ahead = after === "" ? "" : String.raw`(?=\s*(?:${after}))`;
  const captures = { "1": { name: "keyword.declaration.mtl" } };
  return declares === undefined
    ? { match: `${start}(${word})${ahead}`, captures }
    : {
        match: String.raw`${start}(${word})\s+(${identifier})${ahead}`,
        captures: { ...captures, "2": { name: scopeOfName[declares] } },
      };
}

const words = (list: readonly string[]): string => String.raw`(?<![.\w])(?:${list.join("|")})(?!\w)`;

const rules: readonly Rule[] = [
  { name: "comment.line.documentation.mtl", match: String.raw`///(?!/).*$` },
  { name: "comment.line.double-slash.mtl", match: "//.*$" },
  {
    name: "string.quoted.double.mtl",
    begin: '"',
    end: String.raw`"|$`,
    patterns: [
      { name: "constant.character.escape.mtl", match: String.raw`\\["\\nt]` },
      { name: "invalid.illegal.escape.mtl", match: String.raw`\\.` },
      { name: "variable.other.placeholder.mtl", match: String.raw`\{${identifier}\}` },
    ],
  },
  { name: "invalid.illegal.quotes.mtl", match: "'[^']*'" },
  ...heads.map(headRule),
  { name: "keyword.control.mtl", match: words(wordsOf("control")) },
  { name: "keyword.operator.word.mtl", match: words(wordsOf("operator")) },
  { name: "constant.language.mtl", match: words(wordsOf("constant")) },
  ...connectors.map(({ word, before, after }): Rule => {
    const behind = before === undefined ? String.raw`(?<![.\w])` : `(?<=${before})`;
    const ahead = after === undefined ? String.raw`(?!\w)` : `(?=${after})`;
    return { name: "keyword.control.mtl", match: `${behind}${word}${ahead}` };
  }),
  {
    match: String.raw`(?<![\w])(\d(?:[eE][+-]\d|\.\d|[\deE])*)((?:[A-Za-z_]\w*)?%?)`,
    captures: { "1": { name: "constant.numeric.mtl" }, "2": { name: "keyword.other.unit.mtl" } },
  },
  { name: "variable.parameter.mtl", match: String.raw`(?<![.\w])${identifier}(?=\s*:)` },
  { name: "entity.name.function.call.mtl", match: `(?<=->|-> )${identifier}` },
  { name: "entity.name.function.call.mtl", match: String.raw`${identifier}(?=\()` },
  {
    match: String.raw`(\.)(${identifier})`,
    captures: { "1": { name: "punctuation.separator.mtl" }, "2": { name: "variable.other.member.mtl" } },
  },
  { name: "keyword.operator.mtl", match: operators.join("|") },
  { name: "punctuation.separator.mtl", match: `[${punctuation.join("")}]` },
  { name: "variable.other.mtl", match: identifier },
];

/** The TextMate grammar, which VS Code, shiki and many other tools read. */
export const textMateGrammar: TextMateGrammar = {
  name: "mtl",
  scopeName: "source.mtl",
  fileTypes: ["mtl"],
  patterns: rules,
};

/** Code of the language in Markdown. */
export const markdownInjection: TextMateGrammar & { readonly injectionSelector: string } = {
  name: "mtl in Markdown",
  scopeName: "markdown.mtl.codeblock",
  fileTypes: [],
  injectionSelector: "L:text.html.markdown",
  patterns: [
    {
      name: "markup.fenced_code.block.markdown",
      begin: String.raw`^\s*(\`{3,}|~{3,})\s*mtl(?:\s.*)?$`,
      end: String.raw`^\s*\1\s*$`,
      patterns: [{ include: "source.mtl" }],
    },
  ],
};
