import { CstParser, type CstNode, type ParserMethod, type TokenType } from "chevrotain";
import { expectation } from "./expectation.ts";
import { Comma, Equals, heads, Identifier, insertable, tokens } from "./tokens.ts";

export type Rule = ParserMethod<[], CstNode>;

/** The shapes that several rules of the grammar have, and how the parser recovers from a mistake. */
export abstract class RuleParser extends CstParser {
  abstract readonly expression: Rule;
  abstract readonly entries: Rule;
  abstract readonly list: Rule;

  constructor() {
    super(tokens, {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: expectation,
    });
  }

  /** `stream NAME = EXPRESSION` and its likes. */
  protected definition(name: string, head: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(head);
      this.CONSUME(Identifier);
      this.CONSUME(Equals);
      this.SUBRULE(this.expression);
    });
  }

  /** `task NAME { key: value … }` and its likes. */
  protected options(name: string, head: TokenType): Rule {
    return this.RULE(name, () => {
      this.CONSUME(head);
      this.CONSUME(Identifier);
      this.SUBRULE(this.entries);
    });
  }

  /** `weight NAME[SHAPE] = INITIALISER` and its likes. */
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

  /** A stray word may be passed over; what gives the text its structure never. */
  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return !landmarks.has(this.LA(1).tokenType);
  }
}

const landmarks: ReadonlySet<TokenType> = new Set([...Object.values(heads), ...insertable]);
