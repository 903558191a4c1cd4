import type { GraphBuilder } from "../graph/builder.ts";
import { expressions } from "../graph/expressions.ts";
import type { Value } from "../graph/graph.ts";

/**
 * Arithmetic over vectors of one number for each task, component by component; a plain number is the same for all tasks. A formula over it is
 * written once: the host computes it with numbers, and a graph has it as nodes.
 */
export interface TaskArithmetic<Vector> {
  vector(values: readonly number[]): Vector;
  add(left: Vector, right: Vector | number): Vector;
  subtract(left: Vector, right: Vector | number): Vector;
  multiply(left: Vector, right: Vector | number): Vector;
  divide(left: Vector, right: Vector | number): Vector;
  maximum(left: Vector, right: Vector | number): Vector;
  exp(of: Vector): Vector;
  log(of: Vector): Vector;
  sqrt(of: Vector): Vector;
  /** The sum over tasks, for each task. */
  sum(of: Vector): Vector;
  /** The largest component, for each task. */
  largest(of: Vector): Vector;
}

type Numbers = readonly number[];

function componentwise(of: (left: number, right: number) => number) {
  return (left: Numbers, right: Numbers | number): Numbers =>
    left.map((value, task) => of(value, typeof right === "number" ? right : (right[task] ?? Number.NaN)));
}

export const numbers: TaskArithmetic<Numbers> = {
  vector: (values) => values,
  add: componentwise((left, right) => left + right),
  subtract: componentwise((left, right) => left - right),
  multiply: componentwise((left, right) => left * right),
  divide: componentwise((left, right) => left / right),
  maximum: componentwise(Math.max),
  exp: (of) => of.map(Math.exp),
  log: (of) => of.map(Math.log),
  sqrt: (of) => of.map(Math.sqrt),
  sum: (of) => {
    const sum = of.reduce((total, value) => total + value, 0);
    return of.map(() => sum);
  },
  largest: (of) => of.map(() => Math.max(...of)),
};

/** Vectors are values of the shape `[K]`; sums and largest components have the shape `[1]`, and are repeated where they are used. */
export function nodesOf(builder: GraphBuilder): TaskArithmetic<Value> {
  const { add, subtract, multiply, divide, maximum, exp, log, sqrt, reduceSum } = expressions(builder);
  return {
    vector: (values) =>
      builder.emit("constant", [], { dtype: "float32", shape: [values.length], data: Float32Array.from(values) }),
    add,
    subtract,
    multiply,
    divide,
    maximum,
    exp,
    log,
    sqrt,
    sum: (of) => reduceSum(of, [0], "keep"),
    largest: (of) => builder.emit("reduce_max", [of], { axes: [0], keep_dimensions: true }),
  };
}

/** The softmax of x ∕ `temperature`. Values near the largest have exact differences from it, so that a low temperature enlarges no error of rounding. */
export function softmax<Vector>(
  arithmetic: TaskArithmetic<Vector>,
  values: Vector,
  temperature: Vector | number = 1,
): Vector {
  const below = arithmetic.subtract(values, arithmetic.largest(values));
  const exponentials = arithmetic.exp(temperature === 1 ? below : arithmetic.divide(below, temperature));
  return arithmetic.divide(exponentials, arithmetic.sum(exponentials));
}
