import { type Graph, type Node, type Value, sameShape, sizeOf } from "../graph/graph.ts";
import { isOp } from "../graph/is-op.ts";
import { type Rewriting, rewrite } from "./rewrite.ts";

/**
 * Matmuls read transposed operands in place and scale at no cost: adjacent transposes and numeric factors are fused
 * into them.
 */
export function fuseIntoMatmul(graph: Graph): Graph {
  return rewrite(graph, (node, context) =>
    isOp(node, "matmul") ? absorbOperands(node, context) : absorbIntoSource(node, context),
  );
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
  return [
    context.e.matmul(left.value, right.value, {
      transpose_a: left.transpose,
      transpose_b: right.transpose,
      scale: right.scale,
    }),
  ];
}

/** Follows transposes and factors back as far as possible. */
function reach(operand: Operand, context: Rewriting): Operand {
  const source = context.producer(operand.value);
  const [inner] = source?.inputs ?? [];
  if (isOp(source, "transpose") && inner && source.attributes.permutation.at(-2) === inner.shape.length - 1) {
    // The matmul swaps the last two axes. The rest of the transpose, if any, keeps the innermost axis: it moves whole
    // rows.
    const value = context.e.transpose(inner, swapLastTwo(source.attributes.permutation));
    return reach({ ...operand, value, transpose: !operand.transpose }, context);
  }
  const flattened = isOp(source, "reshape") ? factorOf(context.producer(inner), context) : undefined;
  const factor = flattened
    ? { of: context.e.reshape(flattened.of, operand.value.shape), by: flattened.by }
    : factorOf(source, context);
  return factor ? reach({ ...operand, value: factor.of, scale: operand.scale * factor.by }, context) : operand;
}

function swapLastTwo(permutation: readonly number[]): readonly number[] {
  return [...permutation.slice(0, -2), ...permutation.slice(-2).toReversed()];
}

/** Fuses a factor or a transpose after a matmul that has no other reader: (AB)ᵀ = BᵀAᵀ. */
function absorbIntoSource(node: Node, context: Rewriting): readonly Value[] | undefined {
  const factor = factorOf(node, context);
  const scaled = factor && scaledSum(factor, context);
  if (scaled) return [scaled];
  const product = context.producer(factor?.of ?? node.inputs[0]);
  const [a, b] = product?.inputs ?? [];
  const [result] = product?.outputs ?? [];
  if (!isOp(product, "matmul") || !a || !b || !result || context.readers(result) > 1) return undefined;
  const { transpose_a, transpose_b, scale } = product.attributes;
  if (factor) return [context.e.matmul(a, b, { ...product.attributes, scale: scale * factor.by })];

  const rank = result.shape.length;
  if (!isOp(node, "transpose") || node.attributes.permutation.at(-1) !== rank - 2 || a.shape.length !== b.shape.length)
    return undefined;
  const swapped = context.e.matmul(b, a, { transpose_a: !transpose_b, transpose_b: !transpose_a, scale });
  const exchange = (axis: number): number => (axis < rank - 2 ? axis : 2 * rank - 3 - axis);
  return [context.e.transpose(swapped, node.attributes.permutation.map(exchange))];
}

/**
 * s·(AB + c) = (s·A)B + s·c, if c is far smaller than the sum, as a bias is, and the scaled value has no other reader.
 */
function scaledSum({ of, by }: Factor, context: Rewriting): Value | undefined {
  const sum = context.producer(of);
  const [left, bias] = sum?.inputs ?? [];
  const product = context.producer(left);
  const [a, b] = product?.inputs ?? [];
  const isOnlyReader = left && context.readers(left) === 1 && context.readers(of) === 1;
  if (!isOp(sum, "add") || !isOp(product, "matmul") || !a || !b || !left || !bias || !isOnlyReader) return undefined;
  if (!sameShape(left.shape, of.shape) || sizeOf(bias.shape) * FAR_SMALLER > sizeOf(of.shape)) return undefined;
  const { attributes } = product;
  return context.e.add(
    context.e.matmul(a, b, { ...attributes, scale: attributes.scale * by }),
    context.e.multiply(bias, by),
  );
}

const FAR_SMALLER = 8;

interface Factor {
  readonly of: Value;
  readonly by: number;
}

function factorOf(node: Node | undefined, { uniform }: Rewriting): Factor | undefined {
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
