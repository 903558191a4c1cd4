import { EOF, type IParserErrorMessageProvider, type TokenType } from "chevrotain";

/**
 * What the parser says it expected. Chevrotain asks for a whole message; ours is the phrase alone, because the sentence
 * around it belongs to the diagnostics.
 */
export const expectation: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => phraseOf(expected),
  buildNotAllInputParsedMessage: () => "a declaration",
  buildNoViableAltMessage: ({ ruleName }) => phraseOfRule[ruleName] ?? "something else",
  buildEarlyExitMessage: () => "an expression",
};

/** Nothing but further declarations can precede the end of the file. */
export function phraseOf(expected: TokenType): string {
  return expected === EOF ? "a declaration" : (expected.LABEL ?? expected.name);
}

/** For the rules that choose between alternatives. */
const phraseOfRule: Readonly<Record<string, string>> = {
  declaration: "a declaration",
  statement: "a statement",
  type: "a type",
  let: "a name",
  entry: "a name",
  oneOfType: "a name or a string",
  expression: "an expression",
  operand: "an expression",
  suffix: "a call or a member",
  argument: "an argument",
};
