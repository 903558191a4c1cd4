import type { IProduction, Rule, TokenType } from "chevrotain";
import {
  Alternation,
  Alternative,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  Terminal,
} from "./chevrotain.ts";
import { operatorLevels } from "./operators.ts";
import { parser } from "./parser.ts";
import {
  heads,
  Identifier,
  InfixOperator,
  NumberLiteral,
  PrefixOperator,
  reservedWords,
  StringLiteral,
  Word,
} from "./tokens.ts";

/** Generates the page `docs/grammar.md` from the parser itself. */
export function grammarPage(): string {
  return `# Grammar

Written from the parser; \`UPDATE=1 npx vitest run test/grammar/page.test.ts\` writes it anew. Quoted text stands for
itself, CAPITALS for the operators, words and literals below; \`?\`, \`*\` and \`+\` mean at most one, any number, at least one.

A comma after an item is required wherever another item follows, except between the entries of \`{ name: value }\`;
after the last item it is allowed. White space and line ends only separate words.

\`\`\`ebnf
${Object.values(parser.getGAstProductions()).map(ruleText).join("\n\n")}
\`\`\`

## Operators

\`INFIX\` and \`PREFIX\`, from the loosest to the tightest; calls and members bind tighter than any operator, \`if … then … else …\` looser.
Operators of one level group from the left.

${table(
  ["operators", "kind"],
  operatorLevels.map(({ kind, operators }) => [operators.map(code).join(" "), kindText[kind]]),
)}

## Words and literals

- \`NAME\` matches ${code(patternText(Identifier))} and is not one of the reserved words ${[...reservedWords].map(code).join(", ")}.
- The words that begin declarations and statements (${Object.keys(heads).map(code).join(", ")}) are names wherever a name or a value is due.
- \`WORD\` is a name or a reserved word.
- \`STRING\` matches ${code(patternText(StringLiteral))} with the escapes \`\\"\`, \`\\\\\`, \`\\n\` and \`\\t\`.
- \`NUMBER\` is digits with an optional fraction and exponent, followed directly by an optional unit: \`12\`, \`0.5\`, \`1e-4\`, \`10%\`, \`25ms\`, \`16kHz\`.
- \`//\` begins a comment that ends with its line; \`///\` directly above a declaration, option or entry documents it.
`;
}

const kindText: { readonly [K in (typeof operatorLevels)[number]["kind"]]: string } = {
  infix: "infix",
  prefix: "prefix",
  comparison: "infix, not to be chained",
  range: "infix, not to be chained; both ends included",
};

const classNames: ReadonlyMap<TokenType, string> = new Map([
  [Identifier, "NAME"],
  [Word, "WORD"],
  [StringLiteral, "STRING"],
  [NumberLiteral, "NUMBER"],
  [InfixOperator, "INFIX"],
  [PrefixOperator, "PREFIX"],
]);

function ruleText(rule: Rule): string {
  const [first, second] = rule.definition;
  const isChoice = first instanceof Alternation && second === undefined;
  const body = isChoice ? first.definition.map(productionText).join("\n  | ") : sequence(rule.definition);
  return `${rule.name} ::=\n    ${body}`;
}

function sequence(productions: readonly IProduction[]): string {
  return productions.map(productionText).join(" ");
}

function productionText(production: IProduction): string {
  if (production instanceof NonTerminal) return production.nonTerminalName;
  if (production instanceof Terminal) return terminalText(production.terminalType);
  if (production instanceof Alternation) return `(${production.definition.map(productionText).join(" | ")})`;
  if (production instanceof Alternative) return sequence(production.definition);
  const mark = production instanceof Option ? "?" : production instanceof RepetitionMandatory ? "+" : "*";
  if (production instanceof Option || production instanceof Repetition || production instanceof RepetitionMandatory) {
    const inner = sequence(production.definition);
    return /^("[^"]*"|\w+)$/.test(inner) ? `${inner}${mark}` : `(${inner})${mark}`;
  }
  throw new Error(`the grammar page has no notation for ${production.constructor.name}`);
}

function terminalText(type: TokenType): string {
  return classNames.get(type) ?? `"${(type.LABEL ?? type.name).replaceAll("`", "")}"`;
}

function patternText({ PATTERN }: TokenType): string {
  return PATTERN instanceof RegExp ? PATTERN.source : typeof PATTERN === "string" ? PATTERN : "";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
