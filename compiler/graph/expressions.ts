import type { GraphBuilder } from "./builder.ts";
import { type DType, type Shape, type Value, sameShape } from "./graph.ts";

/** A number means a scalar `fill` with the other operand's dtype. */
type Operand = Value | number;
type BinaryOp =
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
  | "greater_equal";
type UnaryOp =
  "negate" | "exp" | "log" | "sqrt" | "reciprocal" | "erf" | "tanh" | "sigmoid" | "sin" | "cos" | "abs" | "sign";

export type Expressions = ReturnType<typeof expressions>;

/** Short forms for writing nodes as formulas. Movements that change nothing emit no node. */
export function expressions(builder: GraphBuilder) {
  const scalar = (value: number, dtype: DType = "float32"): Value =>
    builder.emit("fill", [], { dtype, shape: [], value });
  const operand = (value: Operand, other: Operand): Value =>
    typeof value === "number" ? scalar(value, typeof other === "number" ? "float32" : other.dtype) : value;
  const binary = (op: BinaryOp) => (a: Operand, b: Operand) => builder.emit(op, [operand(a, b), operand(b, a)], {});
  const unary = (op: UnaryOp) => (x: Value) => builder.emit(op, [x], {});

  const reshape = (x: Value, shape: Shape): Value =>
    sameShape(x.shape, shape) ? x : builder.emit("reshape", [x], { shape });
  const reduceSum = (x: Value, axes: readonly number[], dimensions: "keep" | "drop"): Value =>
    axes.length === 0 ? x : builder.emit("reduce_sum", [x], { axes, keep_dimensions: dimensions === "keep" });

  return {
    scalar,
    add: binary("add"),
    subtract: binary("subtract"),
    multiply: binary("multiply"),
    divide: binary("divide"),
    maximum: binary("maximum"),
    minimum: binary("minimum"),
    equal: binary("equal"),
    less: binary("less"),
    greater: binary("greater"),
    greaterEqual: binary("greater_equal"),
    negate: unary("negate"),
    exp: unary("exp"),
    log: unary("log"),
    sqrt: unary("sqrt"),
    reciprocal: unary("reciprocal"),
    erf: unary("erf"),
    tanh: unary("tanh"),
    sigmoid: unary("sigmoid"),
    sin: unary("sin"),
    cos: unary("cos"),
    abs: unary("abs"),
    sign: unary("sign"),
    select: (condition: Value, a: Operand, b: Operand): Value =>
      builder.emit("select", [condition, operand(a, b), operand(b, a)], {}),
    cast: (x: Value, dtype: DType): Value => (x.dtype === dtype ? x : builder.emit("cast", [x], { dtype })),
    matmul: (
      a: Value,
      b: Value,
      options: { transpose_a?: boolean; transpose_b?: boolean; scale?: number } = {},
    ): Value => builder.emit("matmul", [a, b], { transpose_a: false, transpose_b: false, scale: 1, ...options }),
    reduceSum,
    reshape,
    concat: (values: readonly Value[], axis: number): Value => {
      const [only, ...others] = values;
      return only && others.length === 0 ? only : builder.emit("concat", values, { axis });
    },
    slice: (x: Value, starts: readonly number[], sizes: Shape): Value =>
      sameShape(x.shape, sizes) ? x : builder.emit("slice", [x], { starts, sizes }),
    transpose: (x: Value, permutation: readonly number[]): Value =>
      permutation.every((axis, index) => axis === index) ? x : builder.emit("transpose", [x], { permutation }),
    broadcastTo: (x: Value, shape: Shape): Value =>
      sameShape(x.shape, shape) ? x : builder.emit("broadcast_to", [x], { shape }),
    /** The adjoint of broadcasting: sums `x` over the axes that were repeated from `shape`. */
    sumTo: (x: Value, shape: Shape): Value => {
      const added = x.shape.length - shape.length;
      const axes = x.shape.flatMap((size, axis) =>
        size !== 1 && (axis < added || shape[axis - added] === 1) ? [axis] : [],
      );
      return reshape(reduceSum(x, axes, added > 0 ? "drop" : "keep"), shape);
    },
  };
}
