import type { IParserErrorMessageProvider, TokenType } from "chevrotain";
import { EOF } from "./chevrotain.ts";
import { openerOf } from "./tokens.ts";

/** A phrase for everything that is allowed between declarations. */
export const expectedAtTop = "a declaration";

/**
 * Provides phrases for what the parser expected. Chevrotain asks for a whole message, but this returns the phrase only,
 * because the sentence around it belongs to the diagnostics.
 */
export const expectation: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => {
    const inside = openerOf.has(expected) ? phraseOfItem[ruleName] : undefined;
    return inside === undefined ? phraseOf(expected) : `${inside} or ${phraseOf(expected)}`;
  },
  buildNotAllInputParsedMessage: () => expectedAtTop,
  buildNoViableAltMessage: ({ ruleName }) => phraseOfRule[ruleName] ?? "something else",
  buildEarlyExitMessage: ({ ruleName }) => phraseOfRule[ruleName] ?? "something else",
};

/** The opening bracket that the expected token would close, if it is a closing bracket. */
export function openerExpectedToClose(expected: string): TokenType | undefined {
  for (const [closer, opener] of openerOf) if (expected.endsWith(phraseOf(closer))) return opener;
  return undefined;
}

/** Only further declarations can come before the end of the file. */
function phraseOf(expected: TokenType): string {
  return expected === EOF ? expectedAtTop : (expected.LABEL ?? expected.name);
}

/** Phrases of rules that choose between alternatives, or need at least one item. */
const phraseOfRule: Readonly<Record<string, string>> = {
  declaration: expectedAtTop,
  statement: "a statement",
  type: "a type",
  let: "a name",
  entry: "a name",
  oneOfType: "a name or a string",
  expression: "an expression",
  operand: "an expression",
  suffix: "a call or a member",
  argument: "an argument",
  parenthesized: "an expression",
};

/** Phrases of rules that list items between brackets: the item that could come instead of the closing bracket. */
const phraseOfItem: Readonly<Record<string, string>> = {
  arguments: "an argument",
  bindings: "a name",
  entries: "an entry",
  import: "a name",
  list: "an expression",
  oneOfType: "a name",
  parameters: "a parameter",
  parenthesized: "an expression",
  statements: "a statement",
  tupleType: "a type",
};
