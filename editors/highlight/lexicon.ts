import type { TokenType } from "chevrotain";
import { ambiguousInBraces, shapesOfHeads } from "../../grammar/settle-heads.ts";
import * as language from "../../grammar/tokens.ts";
import type { HeadWord } from "../../grammar/tokens.ts";

/**
 * The words and signs of the language as highlighters need them: one class for each, and regular expressions that need no more of a text than a line. Everything is
 * read from the token definitions.
 */

export type WordClass = "control" | "operator" | "constant";

/** A word that has a meaning only between certain others, which are regular expressions. */
export interface Connector {
  readonly word: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Head {
  readonly word: HeadWord;
  /** The kind of declaration, which gives the name behind it a colour; `undefined` if no name follows. */
  readonly declares?: "block" | "section" | "value";
  /** A regular expression of what follows. */
  readonly after: string;
  /** True if the same words may be a value and an entry elsewhere in a line. */
  readonly isAtLineStart: boolean;
}

/** Source of the regular expression of a token, or its sign with everything escaped that has a meaning in one. */
export function sourceOf({ PATTERN, name }: TokenType): string {
  if (PATTERN instanceof RegExp) return PATTERN.source;
  if (typeof PATTERN === "string") return PATTERN.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  throw new Error(`the token ${name} has no pattern`);
}

export const identifier = sourceOf(language.Identifier);

/** Tokens whose pattern is a fixed text, such as `if` and `->`. */
const fixed = language.tokens.filter(({ PATTERN }) => typeof PATTERN === "string");
const wordTokens = fixed.filter((token) => /^\w/.test(sourceOf(token)));

const classes: ReadonlyMap<TokenType, WordClass> = new Map([
  ...[language.If, language.Then, language.Else, language.Let, language.Return, language.Yield].map(
    (token): [TokenType, WordClass] => [token, "control"],
  ),
  ...[language.Not, language.And, language.Or, language.Optional].map((token): [TokenType, WordClass] => [
    token,
    "operator",
  ]),
  ...[language.True, language.False, language.None].map((token): [TokenType, WordClass] => [token, "constant"]),
]);

const contexts: ReadonlyMap<TokenType, Omit<Connector, "word">> = new Map([
  [language.As, { before: String.raw`\) `, after: String.raw`\s+${identifier}` }],
  [language.From, { before: String.raw`[)}\w] `, after: String.raw`\s*["(]` }],
  [language.In, { before: String.raw`\w `, after: String.raw`\s+[-\d(\w]` }],
  [language.Of, { before: "(?:list|one) " }],
  [language.One, { after: String.raw`\s+of\b` }],
  [language.List, { after: String.raw`\s+of\b` }],
  [language.Repeat, { after: String.raw`\s*\(` }],
  [language.Except, { before: String.raw`[\w"\])] ` }],
]);

/** The reserved words of a class. A new word of the language needs a class here. */
export function wordsOf(wanted: WordClass): readonly string[] {
  return wordTokens.flatMap((token) => {
    const found = classes.get(token);
    if (found === undefined && !contexts.has(token))
      throw new Error(`the word ${sourceOf(token)} has no class in editors/highlight/lexicon.ts`);
    return found === wanted ? [sourceOf(token)] : [];
  });
}

export const connectors: readonly Connector[] = [...contexts].map(([token, context]) => ({
  word: sourceOf(token),
  ...context,
}));

/** Signs that are operators, and all others, the longest first. */
export const operators = signsOf((sign) => !/^[[\](){},.:=]$/.test(sign));
export const punctuation = signsOf((sign) => /^[,.:=]$/.test(sign));

function signsOf(isWanted: (sign: string) => boolean): readonly string[] {
  return fixed
    .filter(({ PATTERN }) => typeof PATTERN === "string" && !/^\w/.test(PATTERN) && isWanted(PATTERN))
    .map(sourceOf)
    .toSorted((one, other) => other.length - one.length);
}

const declared: { readonly [W in HeadWord]: Head["declares"] } = {
  model: "section",
  import: undefined,
  param: "value",
  modality: "value",
  block: "block",
  layer: "value",
  stream: "value",
  fusion: "value",
  task: "section",
  dataset: "section",
  stage: "section",
  renamed: undefined,
  adapt: undefined,
  weight: "value",
  state: "value",
  update: "value",
};

/** The words that begin declarations and statements. */
export const heads: readonly Head[] = (Object.keys(language.heads) as HeadWord[]).map((word) => {
  const declares = declared[word];
  const ends = shapesOfHeads[word]
    .map((shape) => shape[declares === undefined ? 0 : 1])
    .filter((end) => end !== undefined);
  return {
    word,
    ...(declares === undefined ? {} : { declares }),
    after: [...new Set(ends.map((end) => (end === language.StringLiteral ? '"' : sourceOf(end))))].join("|"),
    isAtLineStart: ends.length === 0 || ends.some((end) => ambiguousInBraces.has(end)),
  };
});

export const numbers = sourceOf(language.NumberLiteral);
