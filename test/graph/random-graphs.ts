import * as fc from "fast-check";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { type Expressions, expressions } from "../../compiler/graph/expressions.ts";
import { type Graph, type Shape, type Value, sizeOf } from "../../compiler/graph/graph.ts";
import { uniform } from "./random-data.ts";

interface Step {
  readonly kind: keyof typeof steps;
  readonly left: number;
  readonly right: number;
  readonly choice: number;
}

interface Tools extends Step {
  readonly builder: GraphBuilder;
  readonly e: Expressions;
  readonly x: Value;
  /** Values of the shape of `x`, and scalars. */
  readonly partners: readonly Value[];
}

const pick = <Item>(items: readonly Item[], choice: number): Item => {
  const item = items[choice % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};

function permutationOf(rank: number, choice: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const keys = axes.map((axis) => Math.imul(choice + 17, 2654435761 + axis * 40503) >>> 0);
  return axes.toSorted((left, right) => (keys[left] ?? 0) - (keys[right] ?? 0));
}

const rows = (x: Value): Value["shape"] => [sizeOf(x.shape) / (x.shape.at(-1) ?? 1), x.shape.at(-1) ?? 1];

/** Smooth ops that keep values tame, and those movements that the passes look for, with many chances of an identity. */
const steps = {
  tanh: ({ e, x }: Tools) => e.tanh(x),
  sine: ({ e, x }: Tools) => e.sin(x),
  negate: ({ e, x }: Tools) => e.negate(x),
  add: ({ e, x, partners, right }: Tools) => e.add(x, pick(partners, right)),
  subtract: ({ e, x, partners, right }: Tools) => e.subtract(x, pick(partners, right)),
  multiply: ({ e, x, partners, right }: Tools) => e.sin(e.multiply(pick(partners, right), x)),
  scale: ({ e, x, choice }: Tools) => e.multiply(x, pick([1, 0.5, -2, -1], choice)),
  shift: ({ e, x, choice }: Tools) => e.add(pick([0, 1], choice), x),
  number: ({ builder, x, choice }: Tools) =>
    builder.emit("fill", [], {
      dtype: "float32",
      shape: pick([[], x.shape], choice),
      value: pick([0, 1, -0.5], choice),
    }),
  constant: ({ builder, x, choice }: Tools) =>
    builder.emit("constant", [], {
      dtype: "float32",
      shape: x.shape,
      data: Float32Array.from(uniform(choice, x.shape)),
    }),
  reshape: ({ builder, x, choice }: Tools) =>
    builder.emit("reshape", [x], { shape: pick([x.shape, [sizeOf(x.shape)], rows(x), [1, ...x.shape]], choice) }),
  transpose: ({ builder, x, choice }: Tools) =>
    builder.emit("transpose", [x], { permutation: permutationOf(x.shape.length, choice) }),
  broadcast: ({ builder, x, choice }: Tools) =>
    builder.emit("broadcast_to", [x], {
      shape: sizeOf(x.shape) > 24 ? x.shape : pick([x.shape, [2, ...x.shape]], choice),
    }),
  sum: ({ e, x, choice }: Tools) =>
    x.shape.length > 0 ? e.tanh(e.reduceSum(x, [choice % x.shape.length], pick(["keep", "drop"] as const, choice))) : x,
  softmax: ({ builder, x }: Tools) => (x.shape.length > 0 ? builder.emit("softmax", [x], {}) : x),
  slice: ({ builder, x }: Tools) => builder.emit("slice", [x], { starts: x.shape.map(() => 0), sizes: x.shape }),
  concat: ({ builder, x, choice }: Tools) =>
    x.shape.length > 0 && sizeOf(x.shape) < 24 ? builder.emit("concat", pick([[x], [x, x]], choice), { axis: 0 }) : x,
  cast: ({ builder, x }: Tools) => builder.emit("cast", [x], { dtype: "float32" }),
  product: ({ e, x, choice }: Tools) => {
    const matrix = e.reshape(x, rows(x));
    const flipped = pick([0, 1], choice) === 1 ? e.transpose(matrix, [1, 0]) : matrix;
    return e.tanh(e.matmul(flipped, flipped, { transpose_b: true, scale: pick([1, 0.25], choice) }));
  },
} satisfies Record<string, (tools: Tools) => Value>;

const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])),
  left: fc.nat(50),
  right: fc.nat(50),
  choice: fc.nat(50),
});

const shapes: readonly Shape[] = [[2, 3], [3], [2, 1, 3], []];

/** Graphs of up to 15 steps over a few float inputs, which are `feature/x0` …; the last values are outputs. */
export const randomGraph: fc.Arbitrary<Graph> = fc.array(stepArbitrary, { minLength: 1, maxLength: 15 }).map((list) => {
  const builder = new GraphBuilder();
  const e = expressions(builder);
  const values: Value[] = shapes.map((shape, index) =>
    builder.input({ kind: "feature", feature: `x${index}` }, { dtype: "float32", shape }),
  );
  for (const step of list) {
    const x = pick(values, values.length - 1 - (step.left % Math.min(values.length, 6)));
    const partners = values.filter((value) => value.shape.length === 0 || value.shape.join() === x.shape.join());
    values.push(steps[step.kind]({ ...step, builder, e, x, partners }));
  }
  for (const [index, value] of values.slice(-3).entries())
    builder.output({ kind: "prediction", name: `y${index}` }, value);
  return builder.build("random");
});

export function randomInputs(graph: Graph): ReadonlyMap<string, readonly number[]> {
  return new Map(graph.inputs.map(({ name, value }, index) => [name, uniform(index + 1, value.shape)]));
}
