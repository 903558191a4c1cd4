import { builders, type builders as Builders } from "prettier/doc";
import type { Argument, CallExpression, Entry, Expression, PipeExpression, Statement } from "../../grammar/ast.ts";
import type { InfixOperator } from "../../grammar/operators.ts";
import { printSequence } from "./comments.ts";
import { printNumber, printString } from "./literals.ts";
import { infixPower, leftPower, powerOf, prefixPower } from "./precedence.ts";
import type { PrintContext } from "./print-context.ts";

const { group, hardline, ifBreak, indent, join, line, softline } = builders;
type Doc = Builders.Doc;

const printers: {
  readonly [Kind in Expression["kind"]]: (
    expression: Extract<Expression, { kind: Kind }>,
    context: PrintContext,
  ) => Doc;
} = {
  Number: (number, context) => printNumber(number, context.written(number)),
  String: ({ value }) => printString(value),
  Boolean: ({ value }) => String(value),
  None: () => "none",
  Name: ({ name }) => name,
  List: ({ items }, context) =>
    bracketed(
      "[",
      items.map((item) => printExpression(item, context)),
      "]",
    ),
  Map: (map, context) => printMap(map.entries, map.span.end, context),
  Range: ({ from, to }, context) => [printOperand(from, leftPower(".."), context), "..", printRight(to, "..", context)],
  Tuple: ({ items }, context) =>
    bracketed(
      "(",
      items.map((item) => printExpression(item, context)),
      ")",
    ),
  Unary: ({ operator, operand }, context) => [
    operator,
    operator === "not" ? " " : "",
    printOperand(operand, prefixPower(operator), context),
  ],
  Optional: ({ operand }, context) => ["optional ", printOperand(operand, prefixPower("optional"), context)],
  Binary: ({ operator, left, right }, context) =>
    group([
      printOperand(left, leftPower(operator), context),
      indent([line, operator, " ", printRight(right, operator, context)]),
    ]),
  Except: ({ base, exceptions }, context) => [
    printOperand(base, leftPower("except"), context),
    " except ",
    printRight(exceptions, "except", context),
  ],
  If: (conditional, context) => printConditional(conditional, context),
  Pipe: (pipe, context) => printPipe(pipe, context),
  Member: ({ object, member }, context) => [printSubject(object, context), ".", member.name],
  Call: (call, context) => printCall(call, context),
  Repeat: ({ arguments: given, index, from, body, span }, context) => [
    "repeat",
    printArguments(given, context),
    index === undefined ? "" : ` as ${index.name}`,
    from === undefined
      ? ""
      : [
          " from ",
          bracketed(
            "(",
            from.map(({ name, value }) => [name.name, " = ", printExpression(value, context)]),
            ")",
          ),
        ],
    " ",
    printStatements(body, span.end, context),
  ],
  Error: () => {
    throw new Error("a tree with errors has no text");
  },
};

export function printExpression(expression: Expression, context: PrintContext): Doc {
  return (printers[expression.kind] as (expression: Expression, context: PrintContext) => Doc)(expression, context);
}

/** Prints an operand, in parentheses if it binds less tightly than `power`. */
function printOperand(expression: Expression, power: number, context: PrintContext): Doc {
  const printed = printExpression(expression, context);
  return powerOf(expression) < power ? ["(", printed, ")"] : printed;
}

/** A right operand with the same operator needs parentheses too, because operators group to the left. */
function printRight(expression: Expression, operator: InfixOperator, context: PrintContext): Doc {
  return printOperand(expression, infixPower(operator) + 1, context);
}

/** Prints a callee or the owner of a member. */
function printSubject(expression: Expression, context: PrintContext): Doc {
  return expression.kind === "Number"
    ? ["(", printExpression(expression, context), ")"]
    : printOperand(expression, Infinity, context);
}

// ---- conditionals

type Conditional = Extract<Expression, { kind: "If" }>;

/** Prints two branches as lines that begin with `then` and `else`, and a chain of `else if` with a line for each branch. */
function printConditional(conditional: Conditional, context: PrintContext): Doc {
  const branches = branchesOf(conditional, context);
  const [first = "", ...others] = branches.length > 2 ? branches.map((branch) => group(branch)) : branches;
  return group([first, indent(others.map((branch) => [line, "else ", branch]))]);
}

/** The branches of a chain, each from its `if`, and the value of the last `else`. */
function branchesOf({ condition, consequence, alternative }: Conditional, context: PrintContext): readonly Doc[] {
  const branch = [
    ["if ", printExpression(condition, context)],
    indent([line, "then ", printExpression(consequence, context)]),
  ];
  const others = alternative.kind === "If" ? branchesOf(alternative, context) : [printExpression(alternative, context)];
  return [branch, ...others];
}

// ---- pipelines, calls, maps

function printPipe(pipe: PipeExpression, context: PrintContext): Doc {
  const steps: Expression[] = [];
  let first: Expression = pipe;
  while (first.kind === "Pipe") {
    steps.unshift(first.right);
    first = first.left;
  }
  return group([
    printOperand(first, leftPower("->"), context),
    indent(steps.map((step) => [line, "-> ", printRight(step, "->", context)])),
  ]);
}

/**
 * Named arguments behind streams are printed in parentheses if the call fits on its line, else in a body; a body of the source is
 * kept.
 */
function printCall({ callee, arguments: given, span }: CallExpression, context: PrintContext): Doc {
  const subject = printSubject(callee, context);
  const firstNamed = given.findIndex(({ name }) => name !== undefined);
  const named = firstNamed < 0 ? [] : given.slice(firstNamed);
  if (named.length === 0 || named.some(({ name }) => name === undefined))
    return [subject, printArguments(given, context)];
  const streams = given.slice(0, firstNamed);
  if (named.some(({ doc }) => doc !== undefined)) {
    return [subject, printArguments(streams, context), " ", printEntriesOnLines(named.map(asEntry), span.end, context)];
  }
  const isBody = context.startsLine(named[0]?.span.start ?? 0);
  if (streams.length === 0 && !isBody) return [subject, printArguments(given, context)];
  const inBody: Doc = [
    printArguments(streams, context),
    " {",
    indent(named.map((argument) => [line, printArgument(argument, context)])),
    line,
    "}",
  ];
  return [
    subject,
    group(ifBreak(inBody, printArguments(given, context)), {
      shouldBreak: isBody,
    }),
  ];
}

function asEntry({ span, name, value, doc }: Argument): Entry {
  return {
    kind: "Entry",
    span,
    key: name ?? { kind: "Identifier", span, name: "" },
    value,
    ...(doc === undefined ? {} : { doc }),
  };
}

function printArguments(given: readonly Argument[], context: PrintContext): Doc {
  return bracketed(
    "(",
    given.map((argument) => printArgument(argument, context)),
    ")",
  );
}

function printArgument({ name, label, value }: Argument, context: PrintContext): Doc {
  const before = name === undefined ? (label === undefined ? "" : `${label.name} = `) : `${name.name}: `;
  return [before, printExpression(value, context)];
}

function printMap(entries: readonly Entry[], end: number, context: PrintContext): Doc {
  if (entries.length === 0) return "{}";
  if (entries.some(({ doc }) => doc !== undefined)) return printEntriesOnLines(entries, end, context);
  return group([
    "{",
    indent([
      line,
      join(
        [ifBreak("", ","), line],
        entries.map((entry) => printEntry(entry, context)),
      ),
    ]),
    line,
    "}",
  ]);
}

/** Prints `{ … }` with one entry per line: the options of a declaration. */
export function printEntriesOnLines(entries: readonly Entry[], end: number, context: PrintContext): Doc {
  const body = printSequence(entries, end, context, {
    print: (entry) => printEntry(entry, context),
    between: () => "as_written",
  });
  return body.length === 0 ? "{}" : ["{", indent([hardline, body]), hardline, "}"];
}

function printEntry({ key, value }: Entry, context: PrintContext): Doc {
  return [key.kind === "String" ? printString(key.value) : key.name, ": ", printExpression(value, context)];
}

/** Prints items between brackets, on one line or with one item per line. */
export function bracketed(open: string, items: readonly Doc[], close: string): Doc {
  return items.length === 0
    ? [open, close]
    : group([open, indent([softline, join([",", line], [...items])]), softline, close]);
}

// ---- statements

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;
type WeightStatement = Extract<Statement, { shape: unknown }>;

const statementPrinters = {
  Let: ({ names, value }: Of<"Let">, context: PrintContext): Doc => {
    const listed = join(
      ", ",
      names.map(({ name }) => name),
    );
    return ["let ", names.length === 1 ? listed : ["(", listed, ")"], " = ", printExpression(value, context)];
  },
  LayerStatement: ({ name, value }: Of<"LayerStatement">, context: PrintContext): Doc => [
    `layer ${name.name} = `,
    printExpression(value, context),
  ],
  Weight: (weight: WeightStatement, context: PrintContext): Doc => ["weight ", printWeight(weight, context)],
  State: (state: WeightStatement, context: PrintContext): Doc => ["state ", printWeight(state, context)],
  Update: ({ name, value }: Of<"Update">, context: PrintContext): Doc => [
    `update ${name.name} = `,
    printExpression(value, context),
  ],
  Return: ({ value }: Of<"Return">, context: PrintContext): Doc => ["return ", printExpression(value, context)],
  Yield: ({ value }: Of<"Yield">, context: PrintContext): Doc => ["yield ", printExpression(value, context)],
  ExpressionStatement: ({ value }: Of<"ExpressionStatement">, context: PrintContext): Doc =>
    printExpression(value, context),
} satisfies { [Kind in Statement["kind"]]: unknown };

function printWeight({ name, shape, initializer }: WeightStatement, context: PrintContext): Doc {
  const sizes =
    shape.length === 0
      ? ""
      : bracketed(
          "[",
          shape.map((size) => printExpression(size, context)),
          "]",
        );
  return [name.name, sizes, initializer === undefined ? "" : [" = ", printExpression(initializer, context)]];
}

/** The body of a block or of a `repeat`, in braces. A single result without comments may stay on the line. */
export function printStatements(body: readonly Statement[], end: number, context: PrintContext): Doc {
  const print = (statement: Statement): Doc =>
    (statementPrinters[statement.kind] as (statement: Statement, context: PrintContext) => Doc)(statement, context);
  const statements = printSequence(body, end, context, { print, between: () => "as_written" });
  if (statements.length === 0) return "{}";
  const separator = body.length === 1 && isResult(body[0]) ? line : hardline;
  return group(["{", indent([separator, statements]), separator, "}"]);
}

function isResult(statement: Statement | undefined): boolean {
  return statement?.kind === "ExpressionStatement" || statement?.kind === "Yield";
}
