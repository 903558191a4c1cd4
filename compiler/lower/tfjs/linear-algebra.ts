import { type Shape, sizeOf } from "../../graph/graph.ts";
import { at } from "../at.ts";
import type { TfjsEmitter } from "./emitter.ts";
import type { LoweringContext, TfjsLowering } from "./lowering.ts";
import type { TfjsTarget } from "./target.ts";

/** An operand of a matmul: a tensor whose last two dimensions are read as they are, or transposed. */
interface Operand {
  readonly name: string;
  readonly shape: Shape;
  readonly read: "straight" | "transposed";
}

type Product = (emitter: TfjsEmitter, a: Operand, b: Operand) => string;

export const linearAlgebra: { readonly [Op in "matmul"]: TfjsLowering<Op> } = {
  matmul: (context) => {
    const { node, emitter } = context;
    const product = emitProduct(context);
    const { scale } = node.attributes;
    return [scale === 1 ? product : emitter.node("Mul", [product, emitter.float(scale)])];
  },
};

function emitProduct({ node, inputs, emitter, target }: LoweringContext<"matmul">): string {
  const operand = (index: 0 | 1, flag: boolean): Operand => {
    const read = {
      name: at(inputs, index),
      shape: at(node.inputs, index).shape,
      read: flag ? "transposed" : "straight",
    } as const;
    return target.transposes === "nodes" ? straightened(emitter, read) : read;
  };
  const a = operand(0, node.attributes.transpose_a);
  const b = operand(1, node.attributes.transpose_b);
  if (b.shape.length > 2) return batched[target.batches](emitter, a, b);
  if (a.shape.length === 2)
    return emitter.node("MatMul", [a.name, b.name], { transpose_a: flagOf(a), transpose_b: flagOf(b) });
  // The leading dimensions of `a` become further rows of one matmul.
  const straight = straightened(emitter, a);
  const rows = reshaped(emitter, straight, [sizeOf(straight.shape.slice(0, -1)), straight.shape.at(-1) ?? 0]);
  const product = emitter.node("MatMul", [rows, b.name], { transpose_a: { b: false }, transpose_b: flagOf(b) });
  return emitter.node("Reshape", [product, emitter.integers(at(node.outputs, 0).shape)]);
}

/** Matmuls of operands with the same leading dimensions. */
const batched: { readonly [Form in TfjsTarget["batches"]]: Product } = {
  whole: batchProduct,
  apart: (emitter, a, b) => {
    const leading = a.shape.slice(0, -2);
    const [left, right] = [straightened(emitter, a), straightened(emitter, b)];
    const [lefts, rights] = [matrices(emitter, left), matrices(emitter, right)];
    const products = lefts.map((name, index) =>
      batchProduct(emitter, { ...left, name }, { ...right, name: at(rights, index) }),
    );
    const joined = emitter.node("ConcatV2", [...products, emitter.integer(0)], { N: { i: String(products.length) } });
    return emitter.node("Reshape", [
      joined,
      emitter.integers([...leading, left.shape.at(-2) ?? 0, right.shape.at(-1) ?? 0]),
    ]);
  },
};

function batchProduct(emitter: TfjsEmitter, a: Operand, b: Operand): string {
  return emitter.node("BatchMatMulV2", [a.name, b.name], { adj_x: flagOf(a), adj_y: flagOf(b) });
}

/**
 * Names of all matrices of an operand that is not transposed, each with a batch of one. They are computed as sums of
 * one matrix each: on the WASM backend `Slice`, and so `Unpack` and `Split`, copies the whole tensor first, and
 * `GatherV2` computes the index of every element.
 */
function matrices(emitter: TfjsEmitter, operand: Operand): readonly string[] {
  const count = sizeOf(operand.shape.slice(0, -2));
  const all = reshaped(emitter, operand, [count, ...operand.shape.slice(-2)]);
  return Array.from({ length: count }, (_, index) =>
    emitter.node("SparseSegmentSum", [all, emitter.integers([index]), emitter.integers([0])]),
  );
}

/** The same matrices, not transposed. */
function straightened(emitter: TfjsEmitter, operand: Operand): Operand {
  if (operand.read === "straight") return operand;
  const { name, shape } = operand;
  const last = shape.length - 1;
  const permutation = [...shape.slice(0, -2).keys(), last, last - 1];
  return {
    name: emitter.node("Transpose", [name, emitter.integers(permutation)]),
    shape: permutation.map((axis) => shape[axis] ?? 0),
    read: "straight",
  };
}

function reshaped(emitter: TfjsEmitter, { name }: Operand, shape: Shape): string {
  return emitter.node("Reshape", [name, emitter.integers(shape)]);
}

function flagOf({ read }: Operand): { readonly b: boolean } {
  return { b: read === "transposed" };
}
