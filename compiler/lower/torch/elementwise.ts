import type { OpName } from "../../graph/attributes.ts";
import { at } from "../at.ts";
import { type Expression, asTensor, called, method, operand, precedence } from "./expression.ts";
import type { LoweringContext, TorchLowering } from "./lowering.ts";

type Comparison = "equal" | "less" | "less_equal" | "greater" | "greater_equal";
type ElementwiseOp =
  | Comparison
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "maximum"
  | "minimum"
  | "logical_and"
  | "logical_or"
  | "logical_not"
  | "select";

/** The two operands of an operator, of which one is a tensor: Python computes nothing between two numbers. */
function operandsOf({ inputs: [left, right] }: Pick<LoweringContext<OpName>, "inputs">): [Expression, Expression] {
  if (!left || !right) throw new Error("an operator has two operands");
  return left.number && right.number ? [asTensor(left), right] : [left, right];
}

/** An operator of which the right operand binds tighter, unless the order of equal operators makes no difference. */
function infix<Op extends ElementwiseOp>(sign: string, level: number, right = level + 1): TorchLowering<Op> {
  return (context) => {
    const [a, b] = operandsOf(context);
    return { text: `${operand(a, level)} ${sign} ${operand(b, right)}`, precedence: level };
  };
}

function comparison<Op extends Comparison>(sign: string): TorchLowering<Op> {
  return (context) => {
    const [a, b] = operandsOf(context);
    const [left, right] = [a, b].map((each) => operand(each, precedence.sum));
    return { text: `${left} ${sign} ${right}`, precedence: precedence.comparison };
  };
}

/** The first of equal operands takes the whole gradient; `torch.maximum` would halve it. */
function chosen<Op extends "maximum" | "minimum">(sign: string, limit: string): TorchLowering<Op> {
  return (context) => {
    const [a, b] = operandsOf(context);
    if (b.number) return method(a, "clamp", `${limit}=${b.text}`);
    const [left, right] = [a, b].map((each) => operand(each, precedence.sum));
    return called("torch.where", `${left} ${sign} ${right}`, a.text, b.text);
  };
}

function logical<Op extends "logical_and" | "logical_or">(name: string): TorchLowering<Op> {
  return ({ inputs }) => called(`torch.${name}`, ...inputs.map(({ text }) => text));
}

/** Elementwise ops with NumPy's broadcasting, which torch has too. */
export const elementwise: { readonly [Op in ElementwiseOp]: TorchLowering<Op> } = {
  add: infix("+", precedence.sum, precedence.sum),
  subtract: infix("-", precedence.sum),
  multiply: infix("*", precedence.product, precedence.product),
  divide: (context) =>
    at(context.node.inputs, 0).dtype === "int32"
      ? called("torch.div", ...operandsOf(context).map(({ text }) => text), 'rounding_mode="trunc"')
      : infix<"divide">("/", precedence.product)(context),
  maximum: chosen(">=", "min"),
  minimum: chosen("<=", "max"),
  equal: comparison("=="),
  less: comparison("<"),
  less_equal: comparison("<="),
  greater: comparison(">"),
  greater_equal: comparison(">="),
  logical_and: logical("logical_and"),
  logical_or: logical("logical_or"),
  logical_not: ({ inputs }) => method(at(inputs, 0), "logical_not"),
  select: ({ inputs }) => {
    const [condition, ...choices] = inputs;
    const [yes, no] = choices;
    const given = yes?.number && no?.number ? [asTensor(yes), no] : choices;
    return called("torch.where", ...[condition ?? at(inputs, 0), ...given].map(({ text }) => text));
  },
};
