import { define, didYouMean } from "../define.ts";
import type { Span } from "../../../grammar/ast.ts";
import type { Fix } from "../diagnostic.ts";
import { type Written, endBefore, inserted, misspelt, removed, replaced, saidIn } from "../fixes.ts";
import type { Nearest } from "../nearest.ts";

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

const closers: { readonly [opener: string]: string } = { "{": "}", "(": ")", "[": "]" };

const replacements: { readonly [character: string]: string } = { "#": "//", "&": "and", "|": "or", "!": "not " };

/** Replaces a sign of another language by the one of this language. */
function characterFixed(character: string, written: Written): readonly Fix[] {
  const { text, at } = written;
  const said = saidIn(written);
  if (character === ";") return removed(written, text.charAt(at.start - 1) === " " ? at.start - 1 : at.start, "safe");
  if (character === "'" && /^'[^'"\\]*'$/u.test(said)) return replaced(written, `"${said.slice(1, -1)}"`, "safe");
  const instead = replacements[character];
  // A doubled sign is two mistakes, and becomes one word.
  const isDoubled = [text.charAt(at.start - 1), text.charAt(at.end)].includes(character);
  return instead === undefined || isDoubled || said.length > 1 ? [] : replaced(written, instead, "guess");
}

/** A sign that is missing between two tokens. */
function punctuationAdded(expected: string, written: Written): readonly Fix[] {
  const sign = /^`([,:)\]}])`$/u.exec(expected)?.[1];
  return sign === undefined ? [] : inserted(written, endBefore(written, written.at.start), sign, "safe");
}

/** A brace is closed before what shows that it is open; where a parenthesis ends is a guess. */
function closed(opener: string, noticed: Span, written: Written): readonly Fix[] {
  const closer = closers[opener];
  if (closer === undefined) return [];
  const end = endBefore(written, noticed.start);
  return inserted(written, end, opener === "{" ? `\n${closer}` : closer, opener === "{" ? "safe" : "guess", closer);
}

/** A fix that closes a string before the bracket or comma at the end of its line, or else at the end of its line. */
function stringClosed(written: Written): readonly Fix[] {
  const said = saidIn(written);
  const index = said.search(/\s*[,)\]}]|\s*$/u);
  return inserted(written, written.at.start + index, '"', "guess");
}

/** `1 < depth < 4` is `1 < depth and depth < 4`. The span is the second operator. */
function comparisonsJoined(written: Written): readonly Fix[] {
  const before = endBefore(written, written.at.start);
  const middle = /[\w.]+$/u.exec(written.text.slice(0, before))?.[0];
  return middle === undefined ? [] : inserted(written, before, ` and ${middle}`, "safe");
}

/** Problems that the lexer and the parser find. */
export const syntax = {
  unexpected_character: define<{ character: string }>({
    code: "MTL1001",
    severity: "error",
    message: ({ character }) => `The character ${JSON.stringify(character)} cannot be used here.`,
    help: ({ character }) => instead[character] ?? "Remove it, or put it into a string.",
    fixes: ({ character }, written) => characterFixed(character, written),
  }),
  unterminated_string: define({
    code: "MTL1002",
    severity: "error",
    message: () => "This string does not end on its line.",
    help: () => 'Close it with ".',
    fixes: (_, written) => stringClosed(written),
  }),
  malformed_number: define<{ text: string }>({
    code: "MTL1003",
    severity: "error",
    message: ({ text }) => `"${text}" is not a number.`,
    help: () => "Numbers look like 12, 0.5, 1e-4 or 10%.",
    fixes: ({ text }, written) =>
      /^\d+(?:_\d+)+$/u.test(text) ? replaced(written, text.replaceAll("_", ""), "safe") : [],
  }),
  unexpected_token: define<{ found: string; expected: string; nearest?: Nearest | undefined }>({
    code: "MTL1004",
    severity: "error",
    message: ({ found, expected }) => `Expected ${expected}, found ${found}.`,
    help: ({ nearest }) => didYouMean(nearest),
    fixes: ({ found, expected, nearest }, written) =>
      nearest ? misspelt(written, found.replaceAll("`", ""), nearest) : punctuationAdded(expected, written),
  }),
  unclosed: define<{ opener: string; noticed: Span }>({
    code: "MTL1005",
    severity: "error",
    message: ({ opener }) => `This "${opener}" is never closed.`,
    help: ({ opener }) => `Close it with "${closers[opener] ?? opener}".`,
    fixes: ({ opener, noticed }, written) => closed(opener, noticed, written),
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
    fixes: (_, written) => comparisonsJoined(written),
  }),
};
