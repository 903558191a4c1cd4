import type { CstParser } from "chevrotain";
import { type GrammarAnalysis, type Rule, RuleParser } from "./rule-parser.ts";
import {
  As,
  Colon,
  Comma,
  Dot,
  Else,
  Equals,
  Except,
  False,
  From,
  Identifier,
  If,
  In,
  InfixOperator,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  Let,
  List,
  None,
  NumberLiteral,
  Of,
  One,
  Optional,
  PrefixOperator,
  Repeat,
  Return,
  RightBrace,
  RightBracket,
  RightParenthesis,
  StringLiteral,
  Then,
  True,
  Word,
  Yield,
  heads,
  Arrow,
} from "./tokens.ts";

/**
 * The grammar, LL(2), from which `docs/grammar.md` is generated. Operators are parsed flat here and get their
 * precedence from `operators.ts`. The comma after an item is optional here, so that a missing one costs only its
 * own message, which the tree builder reports.
 */
export class SpecificationParser extends RuleParser {
  readonly specification: Rule = this.RULE("specification", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
  });

  readonly declaration: Rule = this.choice("declaration", () => [
    this.model,
    this.import,
    this.param,
    this.modality,
    this.block,
    this.layer,
    this.stream,
    this.fusion,
    this.task,
    this.dataset,
    this.stage,
    this.renamed,
    this.adapt,
  ]);

  // ---- declarations

  readonly model: Rule = this.RULE("model", () => {
    this.CONSUME(heads.model);
    this.CONSUME(Identifier);
    this.OPTION(() => this.CONSUME(StringLiteral));
  });

  readonly import: Rule = this.RULE("import", () => {
    this.CONSUME(heads.import);
    this.CONSUME(LeftBrace);
    this.MANY({
      // `from` is also a name, and a declaration called `from` may be imported.
      GATE: () => this.LA(1).tokenType !== From || this.LA(2).tokenType !== StringLiteral,
      DEF: () => {
        this.CONSUME(Identifier);
        this.OPTION(() => this.CONSUME(Comma));
      },
    });
    this.CONSUME(RightBrace);
    this.CONSUME(From);
    this.CONSUME(StringLiteral);
  });

  readonly param: Rule = this.RULE("param", () => {
    this.CONSUME(heads.param);
    this.CONSUME(Identifier);
    this.OPTION(() => {
      this.CONSUME(Colon);
      this.SUBRULE(this.type);
    });
    this.CONSUME(Equals);
    this.SUBRULE(this.expression);
  });

  readonly modality: Rule = this.RULE("modality", () => {
    this.CONSUME(heads.modality);
    this.CONSUME(Identifier);
    this.CONSUME(Colon);
    this.SUBRULE(this.expression);
  });

  readonly block: Rule = this.RULE("block", () => {
    this.CONSUME(heads.block);
    this.CONSUME(Identifier);
    this.SUBRULE(this.parameters);
    this.OPTION(() => {
      this.CONSUME(Colon);
      this.SUBRULE(this.type);
    });
    this.SUBRULE(this.statements);
  });

  readonly parameters: Rule = this.listing("parameters", LeftParenthesis, () => this.parameter, RightParenthesis);

  readonly parameter: Rule = this.RULE("parameter", () => {
    this.CONSUME(Identifier);
    this.CONSUME(Colon);
    this.SUBRULE(this.type);
    this.OPTION(() => {
      this.CONSUME(Equals);
      this.SUBRULE(this.expression);
    });
  });

  readonly layer: Rule = this.definition("layer", heads.layer);
  readonly stream: Rule = this.definition("stream", heads.stream);
  readonly fusion: Rule = this.definition("fusion", heads.fusion);

  readonly task: Rule = this.options("task", heads.task);
  readonly dataset: Rule = this.options("dataset", heads.dataset);
  readonly stage: Rule = this.options("stage", heads.stage);

  readonly renamed: Rule = this.RULE("renamed", () => {
    this.CONSUME(heads.renamed);
    this.CONSUME(StringLiteral, { LABEL: "from" });
    this.CONSUME(Arrow);
    this.CONSUME2(StringLiteral, { LABEL: "to" });
  });

  readonly adapt: Rule = this.RULE("adapt", () => {
    this.CONSUME(heads.adapt);
    this.CONSUME(StringLiteral);
    this.CONSUME(Arrow);
    this.SUBRULE(this.expression);
  });

  /** `{ key: value … }`: the options of a declaration, the named body of a call, or a map. */
  readonly entries: Rule = this.listing("entries", LeftBrace, () => this.entry, RightBrace);

  readonly entry: Rule = this.RULE("entry", () => {
    this.OR([{ ALT: () => this.CONSUME(Identifier) }, { ALT: () => this.CONSUME(StringLiteral) }]);
    this.CONSUME(Colon);
    this.SUBRULE(this.expression);
  });

  // ---- types

  readonly type: Rule = this.choice("type", () => [
    this.optionalType,
    this.oneOfType,
    this.listType,
    this.tupleType,
    this.namedType,
  ]);

  readonly optionalType: Rule = this.RULE("optionalType", () => {
    this.CONSUME(Optional);
    this.SUBRULE(this.type);
  });

  readonly oneOfType: Rule = this.RULE("oneOfType", () => {
    this.CONSUME(One);
    this.CONSUME(Of);
    this.CONSUME(LeftBracket);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(Identifier) }, { ALT: () => this.CONSUME(StringLiteral) }]);
      this.OPTION(() => this.CONSUME(Comma));
    });
    this.CONSUME(RightBracket);
  });

  readonly listType: Rule = this.RULE("listType", () => {
    this.CONSUME(List);
    this.CONSUME(Of);
    this.SUBRULE(this.type);
  });

  readonly tupleType: Rule = this.listing("tupleType", LeftParenthesis, () => this.tupleTypeElement, RightParenthesis);

  readonly tupleTypeElement: Rule = this.RULE("tupleTypeElement", () => {
    this.OPTION(() => {
      this.CONSUME(Identifier);
      this.CONSUME(Colon);
    });
    this.SUBRULE(this.type);
  });

  readonly namedType: Rule = this.RULE("namedType", () => {
    this.CONSUME(Identifier);
    this.OPTION(() => {
      this.CONSUME(In);
      this.SUBRULE(this.operation);
    });
  });

  // ---- statements

  readonly statements: Rule = this.RULE("statements", () => {
    this.CONSUME(LeftBrace);
    this.MANY(() => this.SUBRULE(this.statement));
    this.CONSUME(RightBrace);
  });

  readonly statement: Rule = this.choice("statement", () => [
    this.let,
    this.layer,
    this.weight,
    this.state,
    this.update,
    this.return,
    this.yield,
    this.expression,
  ]);

  readonly let: Rule = this.RULE("let", () => {
    this.CONSUME(Let);
    this.OR([
      { ALT: () => this.CONSUME(Identifier) },
      {
        ALT: () => {
          this.CONSUME(LeftParenthesis);
          this.AT_LEAST_ONE(() => {
            this.CONSUME2(Identifier);
            this.OPTION(() => this.CONSUME(Comma));
          });
          this.CONSUME(RightParenthesis);
        },
      },
    ]);
    this.CONSUME(Equals);
    this.SUBRULE(this.expression);
  });

  readonly weight: Rule = this.variable("weight", heads.weight);
  readonly state: Rule = this.variable("state", heads.state);
  readonly update: Rule = this.definition("update", heads.update);

  readonly return: Rule = this.result("return", Return);
  readonly yield: Rule = this.result("yield", Yield);

  // ---- expressions

  readonly expression: Rule = this.RULE("expression", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(If);
          this.SUBRULE(this.expression, { LABEL: "condition" });
          this.CONSUME(Then);
          this.SUBRULE2(this.expression, { LABEL: "consequence" });
          this.CONSUME(Else);
          this.SUBRULE3(this.expression, { LABEL: "alternative" });
        },
      },
      { ALT: () => this.SUBRULE(this.operation) },
    ]);
  });

  readonly operation: Rule = this.RULE("operation", () => {
    this.SUBRULE(this.operand);
    this.MANY({
      // `except` is also a name, so an option may have it as its key.
      GATE: () => this.LA(1).tokenType !== Except || this.LA(2).tokenType !== Colon,
      DEF: () => {
        this.CONSUME(InfixOperator);
        this.SUBRULE2(this.operand);
      },
    });
  });

  readonly operand: Rule = this.RULE("operand", () => {
    this.MANY(() => this.CONSUME(PrefixOperator));
    this.OR([
      { ALT: () => this.SUBRULE(this.repeat) },
      { ALT: () => this.CONSUME(Identifier) },
      { ALT: () => this.CONSUME(NumberLiteral) },
      { ALT: () => this.CONSUME(StringLiteral) },
      { ALT: () => this.CONSUME(True) },
      { ALT: () => this.CONSUME(False) },
      { ALT: () => this.CONSUME(None) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.entries) },
      { ALT: () => this.SUBRULE(this.parenthesized) },
    ]);
    this.MANY2(() => this.SUBRULE(this.suffix));
  });

  readonly suffix: Rule = this.RULE("suffix", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Dot);
          this.CONSUME(Word);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.arguments);
          this.OPTION(() => this.SUBRULE(this.entries));
        },
      },
    ]);
  });

  readonly arguments: Rule = this.listing("arguments", LeftParenthesis, () => this.argument, RightParenthesis);

  readonly argument: Rule = this.RULE("argument", () => {
    this.OPTION(() => {
      this.CONSUME(Identifier);
      this.OR([{ ALT: () => this.CONSUME(Colon) }, { ALT: () => this.CONSUME(Equals) }]);
    });
    this.SUBRULE(this.expression);
  });

  readonly list: Rule = this.listing("list", LeftBracket, () => this.expression, RightBracket);

  /** One item is the item itself, several items are a tuple. */
  readonly parenthesized: Rule = this.RULE("parenthesized", () => {
    this.CONSUME(LeftParenthesis);
    this.AT_LEAST_ONE(() => {
      this.SUBRULE(this.expression);
      this.OPTION(() => this.CONSUME(Comma));
    });
    this.CONSUME(RightParenthesis);
  });

  readonly repeat: Rule = this.RULE("repeat", () => {
    this.CONSUME(Repeat);
    this.SUBRULE(this.arguments);
    this.OPTION(() => {
      this.CONSUME(As);
      this.CONSUME(Identifier);
    });
    this.OPTION2(() => {
      this.CONSUME(From);
      this.SUBRULE(this.bindings);
    });
    this.SUBRULE(this.statements);
  });

  readonly bindings: Rule = this.listing("bindings", LeftParenthesis, () => this.binding, RightParenthesis);

  readonly binding: Rule = this.RULE("binding", () => {
    this.CONSUME(Identifier);
    this.CONSUME(Equals);
    this.SUBRULE(this.expression);
  });

  constructor(analysis: GrammarAnalysis) {
    super(analysis);
    this.performSelfAnalysis();
  }
}

export type RuleName = Exclude<keyof SpecificationParser, keyof CstParser>;

/**
 * A single instance, because constructing it takes far longer than parsing. A test validates the grammar instead of each
 * start, because that takes a third of the construction.
 */
export const parser = new SpecificationParser({ skipValidations: true });
