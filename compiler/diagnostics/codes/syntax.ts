import { define, didYouMean } from "../define.ts";

/** Help for characters that other languages use, by character. */
const instead: { readonly [character: string]: string } = {
  "#": "A comment begins with //, a documentation comment with ///.",
  "'": 'Write strings in double quotes: "text".',
  "`": 'Write strings in double quotes: "text".',
  ";": "Remove it: a line ends a statement, and options need nothing between them.",
  "&": "Write `and`.",
  "|": "Write `or`; use `->` to pass a stream through blocks.",
  "!": "Write `not`, or `!=` for inequality.",
};

/** Problems that the lexer and the parser find. */
export const syntax = {
  unexpected_character: define<{ character: string }>({
    code: "MTL1001",
    severity: "error",
    message: ({ character }) => `The character ${JSON.stringify(character)} cannot be used here.`,
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
    message: ({ found, expected }) => `Expected ${expected}, found ${found}.`,
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
    message: ({ most }) => `This name is longer than ${most} characters.`,
    help: () => "Shorten it, and explain it in a documentation comment, `///`.",
  }),
  chained_comparison: define({
    code: "MTL1006",
    severity: "error",
    message: () => "Comparisons cannot be chained.",
    help: () => 'Join two comparisons with "and".',
  }),
};
