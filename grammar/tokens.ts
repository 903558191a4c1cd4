import type { TokenType } from "chevrotain";
import { createToken, Lexer } from "./chevrotain.ts";

/**
 * The words and symbols of the language. Only the reserved words are keywords for the lexer; the words that begin a
 * declaration or statement are identifiers until `settleHeads` finds that they begin one.
 */

// ---- categories

/** Any word may follow a dot. */
export const Word = createToken({ name: "Word", pattern: Lexer.NA, label: "a name" });
export const PrefixOperator = createToken({ name: "PrefixOperator", pattern: Lexer.NA, label: "an operator" });
export const InfixOperator = createToken({ name: "InfixOperator", pattern: Lexer.NA, label: "an operator" });

// ---- words

export const Identifier = createToken({
  name: "Identifier",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  categories: [Word],
  label: "a name",
});

function word(text: string, categories: TokenType[]): TokenType {
  const name = text.charAt(0).toUpperCase() + text.slice(1);
  return createToken({ name, pattern: text, longer_alt: Identifier, categories, label: `\`${text}\`` });
}

/** A reserved word is never a name, but may follow a dot. */
const reserved = (text: string, ...categories: TokenType[]) => word(text, [Word, ...categories]);
/** A connecting word has a meaning only where the grammar expects it, and is a name elsewhere. */
const connecting = (text: string, ...categories: TokenType[]) => word(text, [Identifier, ...categories]);

export const If = reserved("if");
export const Then = reserved("then");
export const Else = reserved("else");
export const Let = reserved("let");
export const Return = reserved("return");
export const Yield = reserved("yield");
export const True = reserved("true");
export const False = reserved("false");
export const None = reserved("none");
export const Optional = reserved("optional", PrefixOperator);
export const Not = reserved("not", PrefixOperator);
export const And = reserved("and", InfixOperator);
export const Or = reserved("or", InfixOperator);

export const As = connecting("as");
export const From = connecting("from");
export const In = connecting("in");
export const Of = connecting("of");
export const One = connecting("one");
export const List = connecting("list");
export const Repeat = connecting("repeat");
export const Except = connecting("except", InfixOperator);

// ---- heads: the words that begin a declaration or a statement

const head = (text: string) =>
  createToken({
    name: `${text.charAt(0).toUpperCase()}${text.slice(1)}Head`,
    pattern: Lexer.NA,
    label: `\`${text}\``,
  });

export const heads = {
  model: head("model"),
  import: head("import"),
  param: head("param"),
  modality: head("modality"),
  block: head("block"),
  layer: head("layer"),
  stream: head("stream"),
  fusion: head("fusion"),
  task: head("task"),
  dataset: head("dataset"),
  stage: head("stage"),
  renamed: head("renamed"),
  adapt: head("adapt"),
  weight: head("weight"),
  state: head("state"),
  update: head("update"),
} as const;
export type HeadWord = keyof typeof heads;

/**
 * These may also begin a statement inside braces; the others begin declarations outside any bracket, so that one inside
 * shows a missing bracket.
 */
export const statementHeads: ReadonlySet<TokenType> = new Set([heads.layer, heads.weight, heads.state, heads.update]);
/** Every declaration begins anew here, whatever mistakes came before. */
export const declarationHeads: ReadonlySet<TokenType> = new Set(
  Object.values(heads).filter((head) => !statementHeads.has(head)),
);

// ---- literals

export const StringLiteral = createToken({
  name: "StringLiteral",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  label: "a string",
});
/** Ends at the end of the line, so that the error stays on its line. */
export const UnterminatedString = createToken({
  name: "UnterminatedString",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/,
  categories: [StringLiteral],
  label: "a string",
});
/** A string as other languages write it, read as one token so that there is only one error on its line. */
export const SingleQuoted = createToken({
  name: "SingleQuoted",
  pattern: /'[^'\r\n]*'/,
  categories: [StringLiteral],
  label: "a string",
});
/** Wider than a number, so that `1.2.3` is one malformed number and not three tokens; `1..2` is still a range. */
export const NumberLiteral = createToken({
  name: "NumberLiteral",
  pattern: /\d(?:[eE][+-]\d|\.\d|\w)*%?/,
  label: "a number",
});

// ---- signs

function sign(name: string, text: string, ...categories: TokenType[]): TokenType {
  return createToken({ name, pattern: text, categories, label: `\`${text}\`` });
}

export const Arrow = sign("Arrow", "->", InfixOperator);
export const DotDot = sign("DotDot", "..", InfixOperator);
export const EqualsEquals = sign("EqualsEquals", "==", InfixOperator);
export const NotEquals = sign("NotEquals", "!=", InfixOperator);
export const LessEquals = sign("LessEquals", "<=", InfixOperator);
export const GreaterEquals = sign("GreaterEquals", ">=", InfixOperator);
export const Less = sign("Less", "<", InfixOperator);
export const Greater = sign("Greater", ">", InfixOperator);
export const Plus = sign("Plus", "+", InfixOperator);
export const Minus = sign("Minus", "-", InfixOperator, PrefixOperator);
export const Star = sign("Star", "*", InfixOperator);
export const Slash = sign("Slash", "/", InfixOperator);
export const Equals = sign("Equals", "=");
export const Colon = sign("Colon", ":");
export const Comma = sign("Comma", ",");
export const Dot = sign("Dot", ".");
export const LeftParenthesis = sign("LeftParenthesis", "(");
export const RightParenthesis = sign("RightParenthesis", ")");
export const LeftBracket = sign("LeftBracket", "[");
export const RightBracket = sign("RightBracket", "]");
export const LeftBrace = sign("LeftBrace", "{");
export const RightBrace = sign("RightBrace", "}");

/** Maps each closing bracket to its opening one. */
export const openerOf: ReadonlyMap<TokenType, TokenType> = new Map([
  [RightParenthesis, LeftParenthesis],
  [RightBracket, LeftBracket],
  [RightBrace, LeftBrace],
]);

export const openers: ReadonlySet<TokenType> = new Set(openerOf.values());

/** Tokens that recovery may insert. It never inserts a name or a literal. */
export const insertable: ReadonlySet<TokenType> = new Set([Equals, Colon, Arrow, ...[...openerOf].flat()]);

// ---- trivia

const WhiteSpace = createToken({ name: "WhiteSpace", pattern: /\s+/, group: Lexer.SKIPPED });
/** Both `//` and `///`: the position of a `///` comment decides if it is documentation. */
const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\r\n]*/, group: "comments" });

/** A comment as other languages begin it; the rest of its line is ignored. */
const HashComment = createToken({ name: "HashComment", pattern: /#[^\r\n]*/, group: "unreadable" });

/**
 * Tokens in the order in which the lexer tries them: longer symbols and fixed words before shorter and general ones.
 */
export const tokens: TokenType[] = [
  WhiteSpace,
  LineComment,
  HashComment,
  Word,
  PrefixOperator,
  InfixOperator,
  If,
  Then,
  Else,
  Let,
  Return,
  Yield,
  True,
  False,
  None,
  Optional,
  Not,
  And,
  Or,
  As,
  From,
  In,
  Of,
  One,
  List,
  Repeat,
  Except,
  Identifier,
  ...Object.values(heads),
  StringLiteral,
  UnterminatedString,
  SingleQuoted,
  NumberLiteral,
  Arrow,
  DotDot,
  EqualsEquals,
  NotEquals,
  LessEquals,
  GreaterEquals,
  Less,
  Greater,
  Plus,
  Minus,
  Star,
  Slash,
  Equals,
  Colon,
  Comma,
  Dot,
  LeftParenthesis,
  RightParenthesis,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
];

/** Words that are never names, and no keys without quotation marks: those of the category `Word` itself. */
export const reservedWords: ReadonlySet<string> = new Set(
  tokens.flatMap(({ CATEGORIES, PATTERN }) =>
    CATEGORIES?.includes(Word) === true && typeof PATTERN === "string" ? [PATTERN] : [],
  ),
);
