import { builders, type builders as Builders } from "prettier/doc";
import type {
  Argument,
  BinaryExpression,
  CallExpression,
  Entry,
  Expression,
  MapExpression,
  PipeExpression,
  Statement,
} from "../../grammar/ast.ts";
import type { InfixOperator } from "../../grammar/operators.ts";
import { printBetween, printSequence } from "./comments.ts";
import { bracketed, inParentheses, printItems, type Within } from "./items.ts";
import { printNumber, printString } from "./literals.ts";
import { infixPower, leftPower, powerOf, prefixPower } from "./precedence.ts";
import type { PrintContext } from "./print-context.ts";

const { group, hardline, ifBreak, indent, join, line, softline } = builders;
type Doc = Builders.Doc;

/** A line end that does not break the groups around it. */
const lineEnd: Builders.Doc = { type: "line", hard: true };

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
  List: ({ items, span }, context) =>
    printItems({ items, brackets: ["[", "]"], within: span, print: (item) => printExpression(item, context) }, context),
  Map: (map, context) => printMap(map, context),
  Range: ({ from, to }, context) => [printOperand(from, leftPower(".."), context), "..", printRight(to, "..", context)],
  Tuple: ({ items, span }, context) =>
    printItems({ items, brackets: ["(", ")"], within: span, print: (item) => printExpression(item, context) }, context),
  Unary: ({ operator, operand }, context) => [
    operator,
    operator === "not" ? " " : "",
    printOperand(operand, prefixPower(operator), context),
  ],
  Optional: ({ operand }, context) => ["optional ", printOperand(operand, prefixPower("optional"), context)],
  Binary: (binary, context) => printBinary(binary, context),
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
    printArguments(given, inParentheses(given, span.start, context), context),
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
  return powerOf(expression) < power ? group(["(", indent([softline, printed]), softline, ")"]) : printed;
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

/** The operands of `or` that are `and` have parentheses, which they do not need but for readers. */
function printBinary({ operator, left, right }: BinaryExpression, context: PrintContext): Doc {
  const atLeast = (operand: Expression, power: number): number =>
    operator === "or" && operand.kind === "Binary" && operand.operator === "and" ? Infinity : power;
  const rightPower = atLeast(right, infixPower(operator) + 1);
  // A pipeline in parentheses breaks within them, so that the operator can stay on its line.
  const hugs = powerOf(right) < rightPower && right.kind === "Pipe";
  return group([
    printOperand(left, atLeast(left, leftPower(operator)), context),
    indent([hugs ? " " : line, operator, " "]),
    hugs ? printOperand(right, rightPower, context) : indent(printOperand(right, rightPower, context)),
  ]);
}

// ---- conditionals

type Conditional = Extract<Expression, { kind: "If" }>;

/**
 * Prints two branches as lines that begin with `then` and `else`, and a chain of `else if` with a line for each branch. A chain that is written on several
 * lines keeps them.
 */
function printConditional(conditional: Conditional, context: PrintContext): Doc {
  const { consequence, alternative } = conditional;
  const shouldBreak =
    alternative.kind === "If" && context.isBrokenBetween(consequence.span.end, alternative.span.start);
  const branches = branchesOf(conditional, context);
  const [first = "", ...others] = branches.length > 2 ? branches.map((branch) => group(branch)) : branches;
  return group([first, indent(others.map((branch) => [line, "else ", branch]))], { shouldBreak });
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

/** Prints a pipeline on one line, or with a line for each step, except that what contains lines itself may follow the arrow on its line. */
function printPipe(pipe: PipeExpression, context: PrintContext): Doc {
  const [first, ...steps] = stepsOf(pipe);
  if (context.hasComment(first.span.end, steps.at(-1)?.span.start ?? 0))
    return printCommentedPipe(first, steps, context);
  const head = printOperand(first, leftPower("->"), context);
  const others = steps.map((step) => printRight(step, "->", context));
  const hugged = (docs: readonly Doc[]): Doc => docs.map((step) => [" -> ", step]);
  if (first.kind === "Repeat") return [head, hugged(others)];
  const last = others.at(-1) ?? "";
  const repeated = steps.findIndex(({ kind }) => kind === "Repeat");
  if (repeated < 0)
    return isHugged(first, steps) && context.isLong(last)
      ? [head, hugged(others)]
      : group([head, indent(others.map((step) => [line, "-> ", step]))]);
  // The body of a `repeat` has lines itself: the arrows from there on stay on the lines, if those before do.
  const id = Symbol("steps before the first repeat");
  const before = others.slice(0, repeated).map((step) => [line, "-> ", step]);
  const behind = others.slice(repeated);
  const onLines = indent(behind.map((step) => [lineEnd, "-> ", step]));
  return [group([head, indent(before)], { id }), ifBreak(onLines, hugged(behind), { groupId: id })];
}

/** Tells if a pipeline is a call of a name with further arguments, which may break after its parenthesis. */
function isHugged(first: Expression, steps: readonly Expression[]): boolean {
  return steps.length === 1 && steps[0]?.kind === "Call" && (first.kind === "Name" || first.kind === "Member");
}

/** The operands of a pipeline in order. */
function stepsOf(pipe: PipeExpression): readonly [Expression, ...Expression[]] {
  return [...(pipe.left.kind === "Pipe" ? stepsOf(pipe.left) : [pipe.left]), pipe.right] as [
    Expression,
    ...Expression[],
  ];
}

/** Prints a pipeline with comments between its steps, which have lines of their own. */
function printCommentedPipe(first: Expression, steps: readonly Expression[], context: PrintContext): Doc {
  const head = printOperand(first, leftPower("->"), context);
  let previousEnd = context.behindParentheses(first.span.end);
  const lines = steps.map((step): Doc => {
    const between = printBetween(previousEnd, step.span.start, context);
    previousEnd = context.behindParentheses(step.span.end);
    return [...between, "-> ", printRight(step, "->", context)];
  });
  return [head, indent(lines)];
}

/**
 * Named arguments behind streams are printed in parentheses if the call fits on its line, else in a body; a body of the source is
 * kept.
 */
function printCall({ callee, arguments: given, span }: CallExpression, context: PrintContext): Doc {
  const subject = printSubject(callee, context);
  const within = { start: callee.span.end, end: span.end };
  const firstNamed = given.findIndex(({ name }) => name !== undefined);
  const named = firstNamed < 0 ? [] : given.slice(firstNamed);
  if (named.length === 0 || named.some(({ name }) => name === undefined))
    return [subject, printArguments(given, within, context)];
  const streams = given.slice(0, firstNamed);
  const printStreams = (): Doc => printArguments(streams, inParentheses(streams, within.start, context), context);
  const hasComment = context.hasComment(within.start, within.end);
  const isBody = context.startsLine(named[0]?.span.start ?? 0);
  const hasDoc = named.some(({ doc }) => doc !== undefined);
  if (hasDoc || (isBody && hasComment)) {
    const printed = printStreams();
    return [subject, printed, " ", printEntriesOnLines(named.map(asEntry), span.end, context)];
  }
  if ((streams.length === 0 && !isBody) || hasComment) return [subject, printArguments(given, within, context)];
  const inBody: Doc = [
    printStreams(),
    " {",
    indent(named.map((argument) => [line, printArgument(argument, context)])),
    line,
    "}",
  ];
  return [
    subject,
    group(ifBreak(inBody, printArguments(given, within, context)), {
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

/** Prints arguments in parentheses. */
function printArguments(given: readonly Argument[], within: Within, context: PrintContext): Doc {
  const print = (argument: Argument): Doc => printArgument(argument, context);
  return printItems({ items: given, brackets: ["(", ")"], within, print }, context);
}

function printArgument({ name, label, value }: Argument, context: PrintContext): Doc {
  const before = name === undefined ? (label === undefined ? "" : `${label.name} = `) : `${name.name}: `;
  return [before, printExpression(value, context)];
}

function printMap({ entries, span }: MapExpression, context: PrintContext): Doc {
  if (entries.length === 0) return "{}";
  if (entries.some(({ doc }) => doc !== undefined) || context.hasComment(span.start, span.end))
    return printEntriesOnLines(entries, span.end, context);
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

/** The body of a block or of a `repeat`, in braces. A single result without comments may stay on the line if it is written there. */
export function printStatements(body: readonly Statement[], end: number, context: PrintContext): Doc {
  const print = (statement: Statement): Doc =>
    (statementPrinters[statement.kind] as (statement: Statement, context: PrintContext) => Doc)(statement, context);
  const statements = printSequence(body, end, context, { print, between: () => "as_written" });
  if (statements.length === 0) return "{}";
  const mayStay = body.length === 1 && isResult(body[0]) && !context.startsLine(body[0]?.span.start ?? 0);
  const separator = mayStay ? line : hardline;
  return group(["{", indent([separator, statements]), separator, "}"]);
}

function isResult(statement: Statement | undefined): boolean {
  return statement?.kind === "ExpressionStatement" || statement?.kind === "Yield";
}
