import type { Graph, Value } from "../graph/graph.ts";
import { sameShape, sizeOf } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { type Rewriting, type Rule, rewrite } from "./rewrite.ts";

/**
 * x·(W + A·B) becomes x·W + (x·A)·B where A·B is of low rank, in sums of several such products and below factors, too. Then the gradients of A and B need
 * no product of the size of W, and W needs none at all if it is frozen. This is for graphs that will be differentiated: without gradients, the sum of
 * matrices is cheaper.
 */
export function distributeProducts(graph: Graph): Graph {
  return rewrite(graph, distributed);
}

const distributed: Rule = (node, context) => {
  const [x, matrix] = node.inputs;
  if (!isOp(node, "matmul") || node.attributes.transpose_a || !x || matrix?.shape.length !== 2) return undefined;
  const { scale, transpose_b } = node.attributes;
  const result = product(context, { x, scale, transpose_b }, matrix);
  return result && [result];
};

interface Left {
  readonly x: Value;
  readonly scale: number;
  readonly transpose_b: boolean;
}

/** The product with a matrix that has a part of low rank; `undefined` for any other matrix. */
function product(context: Rewriting, left: Left, matrix: Value): Value | undefined {
  const { e, producer } = context;
  const node = producer(matrix);
  const [a, b] = node?.inputs ?? [];
  if (!a || !b) return undefined;
  if (isOp(node, "add") && sameShape(a.shape, b.shape)) {
    const [first, second] = [product(context, left, a), product(context, left, b)];
    return first || second ? e.add(first ?? whole(context, left, a), second ?? whole(context, left, b)) : undefined;
  }
  if (isOp(node, "multiply")) {
    const [factor, other] = sizeOf(a.shape) < sizeOf(b.shape) ? [a, b] : [b, a];
    const scaled = isOfColumns(factor, left, other) ? product(context, left, other) : undefined;
    return scaled && e.multiply(scaled, factor);
  }
  if (!isOp(node, "matmul") || node.attributes.transpose_a || node.attributes.transpose_b || !isLowRank(a, b))
    return undefined;
  const { x, transpose_b } = left;
  const [first, second] = transpose_b ? [b, a] : [a, b];
  const narrow = e.matmul(x, first, { transpose_b, scale: node.attributes.scale });
  return e.matmul(narrow, second, { transpose_b, scale: left.scale });
}

function whole({ e }: Rewriting, { x, ...options }: Left, matrix: Value): Value {
  return e.matmul(x, matrix, options);
}

/** True for a number, and for a factor of each column of the matrix, which is one of each column of the product. */
function isOfColumns({ shape }: Value, { transpose_b }: Left, matrix: Value): boolean {
  if (sizeOf(shape) === 1) return shape.length <= 2;
  return !transpose_b && sameShape(shape.length === 2 ? shape : [1, ...shape], [1, matrix.shape[1] ?? 0]);
}

/** True if two products with the factors take less than one with their product. */
function isLowRank(a: Value, b: Value): boolean {
  const [rows = 0, rank = 0] = a.shape;
  const [, columns = 0] = b.shape;
  return a.shape.length === 2 && b.shape.length === 2 && rank * (rows + columns) < rows * columns;
}
