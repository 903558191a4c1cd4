import { define, didYouMean } from "../define.ts";

/** What the language has in place of a sign of others. */
const instead: { readonly [character: string]: string } = {
  "#": "A comment begins with //, one that documents what follows with ///.",
  "'": 'A string stands between double quotes: "text".',
  "`": 'A string stands between double quotes: "text".',
  ";": "Remove it: a line ends a statement, and options need nothing between them.",
  "&": "Write `and`.",
  "|": "Write `or`; what a stream goes through is joined by `->`.",
  "!": "Write `not`, or `!=` for what differs.",
};

/** What the lexer and the parser find. */
export const syntax = {
  unexpected_character: define<{ character: string }>({
    code: "MTL1001",
    severity: "error",
    message: ({ character }) => `The character ${JSON.stringify(character)} has no place in a specification.`,
    help: ({ character }) => instead[character] ?? "Remove it, or put it into a string.",
  }),
  unterminated_string: define({
    code: "MTL1002",
    severity: "error",
    message: () => "This string does not end on its line.",
    help: () => 'Close it with ".',
  }),
  malformed_number: define<{ text: string }>({
    code: "MTL1003",
    severity: "error",
    message: ({ text }) => `"${text}" is not a number.`,
    help: () => "Numbers look like 12, 0.5, 1e-4 or 10%.",
  }),
  unexpected_token: define<{ found: string; expected: string; nearest?: string | undefined }>({
    code: "MTL1004",
    severity: "error",
    message: ({ found, expected }) => `Found ${found} where ${expected} should stand.`,
    help: ({ nearest }) => didYouMean(nearest),
  }),
  unclosed: define<{ opener: string }>({
    code: "MTL1005",
    severity: "error",
    message: ({ opener }) => `This "${opener}" is never closed.`,
    help: ({ opener }) => `Close it with "${{ "{": "}", "(": ")", "[": "]" }[opener] ?? opener}".`,
  }),
  long_name: define<{ most: number }>({
    code: "MTL1007",
    severity: "error",
    message: ({ most }) => `This name has more than ${most} letters.`,
    help: () => "Shorten it. What needs more words can have a documentation comment, `///`.",
  }),
  chained_comparison: define({
    code: "MTL1006",
    severity: "error",
    message: () => "Comparisons cannot be chained.",
    help: () => 'Join two comparisons with "and".',
  }),
};
