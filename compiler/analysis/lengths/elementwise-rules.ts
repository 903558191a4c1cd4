import type { OpName } from "../../graph/attributes.ts";
import { Axis, type Fact, type Outside, isLow, outsideOf } from "./fact.ts";
import type { Rule, RulesOf } from "./rule.ts";

type Combine = (outside: readonly Outside[]) => Outside;

const otherPlaces = "it brings tokens of different places together";

/** Operands are aligned at the last axis; an axis of size 1 goes with any other. */
function elementwise<Op extends OpName>(combine: Combine): Rule<Op> {
  return ({ inputs }) => {
    const rank = Math.max(0, ...inputs.map(({ axes }) => axes.length));
    const axes: Axis[] = [];
    const outside: Outside[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const operands = inputs.map((fact) => ({ fact, place: axis - rank + fact.axes.length }));
      const own = operands
        .flatMap(({ fact, place }) => fact.axes[place] ?? [])
        .filter(({ short, full }) => short !== 1 || full !== 1);
      const [first = new Axis(1, 1), ...others] = own;
      if (others.some((other) => !first.meet(other))) return otherPlaces;
      axes.push(first);
      // What is broadcast along an axis has there what it has anywhere.
      outside.push(
        combine(
          operands.map(({ fact, place }) =>
            fact.axes[place]?.isWhole === false ? outsideOf(fact, place) : fact.everywhere,
          ),
        ),
      );
    }
    const everywhere = combine(inputs.map((fact) => fact.everywhere));
    const isPlace = inputs.length === 1 && inputs[0]?.isPlace === true;
    const known = inputs.every((fact) => fact.everywhere !== undefined) && typeof everywhere === "number";
    return [{ axes, outside, ...(known ? { everywhere } : {}), ...(isPlace ? { isPlace } : {}) } satisfies Fact];
  };
}

const unknown: Combine = () => undefined;
const keep: Combine = ([outside]) => outside;
/** Of functions that are 0 at 0. */
const keepZero: Combine = ([outside]) => (outside === 0 ? 0 : undefined);

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
  add: elementwise((outside) => sum(outside) ?? (outside.some(isLow) ? "low" : undefined)),
  subtract: elementwise((outside) => difference(outside) ?? (isLow(outside[0]) ? "low" : undefined)),
  multiply: elementwise((outside) => (outside.includes(0) ? 0 : product(outside))),
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
