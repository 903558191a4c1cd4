import type { OpName } from "../../graph/attributes.ts";
import { type Padding, type ValueFact, factOf, isLow, paddingAt, varies, zeroOrUnknown } from "./facts.ts";
import { type Rule, type RulesOf, followedAxes, otherPositions } from "./rule.ts";

/** Computes the padding of a result from that of its operands. */
type Combine = (operands: readonly Padding[]) => Padding;

/**
 * The rule of elementwise ops. Operands are aligned at the last axis, and an operand that is broadcast along an axis
 * has the same padding everywhere along it.
 */
function elementwise<Op extends OpName>(combine: Combine): Rule<Op> {
  return (pair) => {
    const { inputs } = pair;
    const axes = followedAxes(pair);
    if (!axes) return otherPositions;
    const fact = factOf(axes, (index) =>
      combine(
        inputs.map((input) => {
          const own = index - axes.length + input.axes.length;
          return varies(input, own) ? paddingAt(input, own) : input.everywhere;
        }),
      ),
    );
    const everywhere = combine(inputs.map((input) => input.everywhere));
    const isConstant = inputs.every((input) => input.everywhere !== undefined) && typeof everywhere === "number";
    const holdsPositions = inputs.length === 1 && inputs[0]?.holdsPositions === true;
    return [
      {
        ...fact,
        ...(isConstant ? { everywhere } : {}),
        ...(holdsPositions ? { holdsPositions } : {}),
      } satisfies ValueFact,
    ];
  };
}

const unknown: Combine = () => undefined;
const keep: Combine = ([padding]) => padding;
const keepZero: Combine = ([padding]) => zeroOrUnknown(padding);

function numbers(formula: (left: number, right: number) => number): Combine {
  return ([left, right]) => (typeof left === "number" && typeof right === "number" ? formula(left, right) : undefined);
}

const sum = numbers((left, right) => left + right);
const difference = numbers((left, right) => left - right);
const product = numbers((left, right) => left * right);

export const elementwiseRules: RulesOf<
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "maximum"
  | "minimum"
  | "equal"
  | "less"
  | "less_equal"
  | "greater"
  | "greater_equal"
  | "logical_and"
  | "logical_or"
  | "logical_not"
  | "select"
  | "negate"
  | "exp"
  | "log"
  | "sqrt"
  | "reciprocal"
  | "erf"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "gelu"
  | "softplus"
  | "sin"
  | "cos"
  | "abs"
  | "sign"
  | "cast"
  | "stop_gradient"
> = {
  add: elementwise((operands) => sum(operands) ?? (operands.some(isLow) ? "low" : undefined)),
  subtract: elementwise((operands) => difference(operands) ?? (isLow(operands[0]) ? "low" : undefined)),
  multiply: elementwise((operands) => (operands.includes(0) ? 0 : product(operands))),
  divide: elementwise(numbers((left, right) => left / right)),
  maximum: elementwise(numbers(Math.max)),
  minimum: elementwise(numbers(Math.min)),
  equal: elementwise(unknown),
  less: elementwise(unknown),
  less_equal: elementwise(unknown),
  greater: elementwise(unknown),
  greater_equal: elementwise(unknown),
  logical_and: elementwise(unknown),
  logical_or: elementwise(unknown),
  logical_not: elementwise(unknown),
  select: elementwise(([, yes, no]) => (yes === no ? yes : undefined)),
  negate: elementwise(keepZero),
  exp: elementwise(unknown),
  log: elementwise(unknown),
  sqrt: elementwise(keepZero),
  reciprocal: elementwise(unknown),
  erf: elementwise(keepZero),
  tanh: elementwise(keepZero),
  sigmoid: elementwise(unknown),
  relu: elementwise(keepZero),
  gelu: elementwise(keepZero),
  softplus: elementwise(unknown),
  sin: elementwise(keepZero),
  cos: elementwise(unknown),
  abs: elementwise(keepZero),
  sign: elementwise(keepZero),
  cast: elementwise(keep),
  stop_gradient: elementwise(keep),
};
