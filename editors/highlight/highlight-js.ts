import { connectors, heads, identifier, numbers, wordsOf } from "./lexicon.ts";

/** The language as highlight.js describes one. Regular expressions are texts, so that it can be written into a file. */
export const highlightJsLanguage = {
  name: "mtl",
  keywords: {
    $pattern: identifier,
    keyword: [...wordsOf("control"), ...wordsOf("operator")],
    literal: wordsOf("constant"),
  },
  contains: [
    { scope: "comment", begin: "//", end: "$" },
    {
      scope: "string",
      begin: '"',
      end: '"|$',
      contains: [
        { scope: "char.escape", match: String.raw`\\.` },
        { scope: "subst", match: String.raw`\{${identifier}\}` },
      ],
    },
    ...heads.map(({ word, declares, after, isAtLineStart }) => {
      const start = isAtLineStart ? String.raw`^\s*` : String.raw`(?<![.\w])`;
      const ahead = after === "" ? "" : String.raw`(?=\s*(?:${after}))`;
      return declares === undefined
        ? { scope: "keyword", match: `${start}${word}${ahead}` }
        : {
            match: [start + word, String.raw`\s+`, identifier + ahead],
            scope: { "1": "keyword", "3": declares === "block" ? "title.function" : "title" },
          };
    }),
    ...connectors.map(({ word, before, after }) => ({
      scope: "keyword",
      match:
        (before === undefined ? String.raw`(?<![.\w])` : `(?<=${before})`) +
        word +
        (after === undefined ? String.raw`(?!\w)` : `(?=${after})`),
    })),
    { scope: "number", match: `(?<![\\w])${numbers}` },
    { scope: "attr", match: String.raw`(?<![.\w])${identifier}(?=\s*:)` },
    {
      scope: "title.function",
      match: String.raw`(?<=->|-> )(?!(?:${[...wordsOf("control"), ...wordsOf("operator")].join("|")})\b)${identifier}`,
    },
    { scope: "operator", match: "->" },
  ],
};

/** The module that a documentation site gives to `registerLanguage`. */
export function highlightJsModule(): string {
  return `// Written from the token definitions by \`npm run highlighting\`; do not edit.
const language = ${JSON.stringify(highlightJsLanguage, undefined, 2)};

export default function mtl() {
  return language;
}
`;
}
