import type { CstNode, IParserConfig, ParserMethod, TokenType } from "chevrotain";
import { CstParser } from "./chevrotain.ts";
import { expectation } from "./expectation.ts";
import { Comma, Equals, heads, Identifier, insertable, tokens } from "./tokens.ts";

export type Rule = ParserMethod<[], CstNode>;

/** The extent to which a new parser examines its own grammar. */
export type GrammarAnalysis = Pick<IParserConfig, "skipValidations">;

/** Forms that several rules of the grammar share, and the parser's recovery from mistakes. */
export abstract class RuleParser extends CstParser {
  abstract readonly expression: Rule;
  abstract readonly entries: Rule;
  abstract readonly list: Rule;

  constructor(analysis: GrammarAnalysis) {
    super(tokens, {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: expectation,
      ...analysis,
    });
  }

  /** Rules like `stream NAME = EXPRESSION`. */
  protected definition(name: string, head: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(head);
      this.CONSUME(Identifier);
      this.CONSUME(Equals);
      this.SUBRULE(this.expression);
    });
  }

  /** Rules like `task NAME { key: value … }`. */
  protected options(name: string, head: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(head);
      this.CONSUME(Identifier);
      this.SUBRULE(this.entries);
    });
  }

  /** Rules like `weight NAME[SHAPE] = INITIALISER`. */
  protected variable(name: string, head: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(head);
      this.CONSUME(Identifier);
      this.OPTION(() => this.SUBRULE(this.list));
      this.OPTION2(() => {
        this.CONSUME(Equals);
        this.SUBRULE(this.expression);
      });
    });
  }

  protected result(name: string, keyword: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(keyword);
      this.SUBRULE(this.expression);
    });
  }

  protected choice(name: string, rules: () => readonly Rule[]): Rule {
    return this.RULE(name, () => {
      this.OR(rules().map((rule) => ({ ALT: () => this.SUBRULE(rule) })));
    });
  }

  /** Items between brackets, with a comma after each. */
  protected listing(name: string, open: TokenType, item: () => Rule, close: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(open);
      this.MANY(() => {
        this.SUBRULE(item());
        this.OPTION(() => this.CONSUME(Comma));
      });
      this.CONSUME(close);
    });
  }

  protected override canTokenTypeBeInsertedInRecovery(expected: TokenType): boolean {
    return insertable.has(expected);
  }

  /** Recovery may skip a stray word, but never a token that structures the text. */
  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return !landmarks.has(this.LA(1).tokenType);
  }
}

const landmarks: ReadonlySet<TokenType> = new Set([...Object.values(heads), ...insertable]);
