import { type Graph, type Node, type Value, sameShape } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { type Rewriting, rewrite } from "./rewrite.ts";

/** A product reads transposed operands in place and scales for nothing: transposes and numeric factors beside it join it. */
export function absorbIntoProducts(graph: Graph): Graph {
  return rewrite(graph, (node, context) => (isOp(node, "matmul") ? absorbOperands(node, context) : absorbFactor(node, context)));
}

interface Operand {
  readonly value: Value;
  readonly transpose: boolean;
  readonly scale: number;
}

function absorbOperands(node: Node<"matmul">, context: Rewriting): readonly Value[] | undefined {
  const [a, b] = node.inputs;
  if (!a || !b) return undefined;
  const { transpose_a, transpose_b, scale } = node.attributes;
  const left = reach({ value: a, transpose: transpose_a, scale }, context);
  const right = reach({ value: b, transpose: transpose_b, scale: left.scale }, context);
  if (left.value === a && right.value === b) return undefined;
  return [context.e.matmul(left.value, right.value, { transpose_a: left.transpose, transpose_b: right.transpose, scale: right.scale })];
}

/** Looks through transposes of the last two axes and through factors, as far as they go. */
function reach(operand: Operand, context: Rewriting): Operand {
  const source = context.producer(operand.value);
  const [inner] = source?.inputs ?? [];
  if (isOp(source, "transpose") && inner && swapsLastTwo(source.attributes.permutation)) {
    return reach({ ...operand, value: inner, transpose: !operand.transpose }, context);
  }
  const factor = factorOf(source, context);
  return factor ? reach({ ...operand, value: factor.of, scale: operand.scale * factor.by }, context) : operand;
}

function swapsLastTwo(permutation: readonly number[]): boolean {
  const rank = permutation.length;
  return permutation.every((axis, index) => axis === (index < rank - 2 ? index : 2 * rank - 3 - index));
}

/** A factor behind a product that nothing else reads. */
function absorbFactor(node: Node, context: Rewriting): readonly Value[] | undefined {
  const factor = factorOf(node, context);
  const product = factor && context.producer(factor.of);
  const [a, b] = product?.inputs ?? [];
  if (!factor || !isOp(product, "matmul") || !a || !b || context.readers(factor.of) > 1) return undefined;
  return [context.e.matmul(a, b, { ...product.attributes, scale: product.attributes.scale * factor.by })];
}

function factorOf(node: Node | undefined, { uniform }: Rewriting): { readonly of: Value; readonly by: number } | undefined {
  const [a, b] = node?.inputs ?? [];
  const [output] = node?.outputs ?? [];
  if (!node || !a || !output) return undefined;
  const factor = (of: Value | undefined, by: number | undefined) =>
    of && by !== undefined && Number.isFinite(by) && sameShape(of.shape, output.shape) ? { of, by } : undefined;
  const right = uniform(b);
  if (node.op === "negate") return factor(a, -1);
  if (node.op === "multiply") return factor(a, right) ?? factor(b, uniform(a));
  return node.op === "divide" && right !== undefined ? factor(a, 1 / right) : undefined;
}
