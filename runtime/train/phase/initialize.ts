import { type Shape, sizeOf } from "../../../compiler/graph/graph.ts";
import type { ResolvedInitializer } from "../../../compiler/schema/resolved.ts";
import { type Generator, generator } from "../../random/generator.ts";

export interface InitialWeight {
  readonly seed: number;
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: ResolvedInitializer;
}

/**
 * The initial value of a weight, which depends on (seed, name) only, so that another layer in the model does not change
 * it.
 */
export function initialWeight({ seed, name, shape, initializer }: InitialWeight): Float32Array {
  return fill(initializer, shape, generator(seed, "initial weight", name));
}

type Initializer<Kind extends ResolvedInitializer["kind"]> = (
  options: Extract<ResolvedInitializer, { kind: Kind }>,
  shape: Shape,
  random: Generator,
) => Float32Array;

const initializers: { readonly [Kind in ResolvedInitializer["kind"]]: Initializer<Kind> } = {
  zeros: (_, shape) => each(shape, () => 0),
  ones: (_, shape) => each(shape, () => 1),
  constant: ({ value }, shape) => each(shape, () => value),
  normal: ({ deviation }, shape, random) => each(shape, () => deviation * random.normal()),
  truncated_normal: ({ deviation }, shape, random) => each(shape, () => deviation * truncatedNormal(random)),
  uniform: ({ limit }, shape, random) => each(shape, () => symmetric(limit, random)),
  xavier_uniform: ({ gain }, shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    const limit = gain * Math.sqrt(6 / (fanIn + fanOut));
    return each(shape, () => symmetric(limit, random));
  },
  xavier_normal: ({ gain }, shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    const deviation = gain * Math.sqrt(2 / (fanIn + fanOut));
    return each(shape, () => deviation * random.normal());
  },
  he_normal: ({ gain }, shape, random) => {
    const deviation = gain * Math.sqrt(2 / fans(shape).fanIn);
    return each(shape, () => deviation * random.normal());
  },
  identity: ({ gain }, shape) =>
    eachMatrix(shape, (rows, columns) =>
      Float64Array.from({ length: rows * columns }, (_, at) => (Math.floor(at / columns) === at % columns ? gain : 0)),
    ),
  orthogonal: ({ gain }, shape, random) =>
    eachMatrix(shape, (rows, columns) => orthogonal({ rows, columns }, random).map((value) => gain * value)),
};

function fill<Kind extends ResolvedInitializer["kind"]>(
  initializer: Extract<ResolvedInitializer, { kind: Kind }>,
  shape: Shape,
  random: Generator,
): Float32Array {
  const of: Initializer<Kind> = initializers[initializer.kind];
  return of(initializer, shape, random);
}

function each(shape: Shape, value: () => number): Float32Array {
  const out = new Float32Array(sizeOf(shape));
  for (let at = 0; at < out.length; at++) out[at] = value();
  return out;
}

function symmetric(limit: number, random: Generator): number {
  return limit * (2 * random.uniform() - 1);
}

function truncatedNormal(random: Generator): number {
  let value = random.normal();
  while (Math.abs(value) > 2) value = random.normal();
  return value;
}

/** The fans are the last two dimensions; a weight of rank 1 or 0 has its size as both (as in TensorFlow). */
function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const fanOut = shape.at(-1) ?? 1;
  return { fanIn: shape.at(-2) ?? fanOut, fanOut };
}

/** Initializes the matrices in the last two dimensions one by one. A weight of rank 1 is one row. */
function eachMatrix(shape: Shape, matrix: (rows: number, columns: number) => Float64Array): Float32Array {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.at(-2) ?? 1;
  const out = new Float32Array(sizeOf(shape));
  for (let at = 0; at < out.length; at += rows * columns) out.set(matrix(rows, columns), at);
  return out;
}

/**
 * Orthonormal rows, or columns if there are fewer of these: the Q of a matrix of normal values. The R of Gram–Schmidt
 * has a positive diagonal, so that Q is uniformly distributed (Mezzadri, 2007). Each vector is projected twice, which
 * is enough for full precision (Giraud et al., 2005).
 */
function orthogonal(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  random: Generator,
): Float64Array {
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of [...vectors, ...vectors]) addScaled(vector, -dot(vector, other), other);
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return (rows <= columns ? vectors[row]?.[column] : vectors[column]?.[row]) ?? 0;
  });
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}

function addScaled(target: Float64Array, scale: number, vector: Float64Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) + scale * (vector[at] ?? 0);
}
