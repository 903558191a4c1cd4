import type { Span } from "../../grammar/ast.ts";
import type { OpAttributes, OpName } from "../graph/attributes.ts";
import { type DType, type Shape, type Value as GraphValue, sameShape, showShape } from "../graph/graph.ts";
import { blockPath, builderAt, report } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { type Presence, jointPresence } from "./presence.ts";
import { type Stream, describeStream, kindOfRank, shapeOf } from "./value.ts";

const noPositions: ReadonlyMap<string, number> = new Map();

/** A fresh stream around a graph value; `like` lends its kind, mask, positions and label where the shape still fits. */
export function streamOf(value: GraphValue, batch: Stream["batch"], like?: Stream): Stream {
  const shape = batch === "batched" ? value.shape.slice(1) : value.shape;
  if (!like || like.kind === "ids") return { kind: kindOfRank(shape.length), value, batch, positions: noPositions };
  const ordered = like.kind === "tokens" || like.kind === "regions" || like.mask !== undefined;
  const fits = shapeOf(like).length === shape.length && (!ordered || shapeOf(like)[0] === shape[0]);
  return fits ? { ...like, value, batch } : { kind: kindOfRank(shape.length), value, batch, positions: noPositions };
}

/** Emits one node, which comes from the frame. */
export function emit<Op extends OpName>(
  frame: Frame,
  op: Op,
  inputs: readonly GraphValue[],
  attributes: OpAttributes[Op],
): GraphValue {
  return builderAt(frame).emit(op, inputs, attributes);
}

export function constantStream(frame: Frame, value: number): Stream {
  return {
    kind: "scalar",
    value: emit(frame, "fill", [], { dtype: "float32", shape: [], value }),
    batch: "shared",
    positions: noPositions,
  };
}

export type UnaryOp =
  | "negate"
  | "exp"
  | "log"
  | "sqrt"
  | "erf"
  | "tanh"
  | "sigmoid"
  | "relu"
  | "softplus"
  | "sin"
  | "cos"
  | "abs"
  | "sign"
  | "reciprocal"
  | "softmax"
  | "log_softmax"
  | "stop_gradient";

export function unary(frame: Frame, op: UnaryOp, x: Stream): Stream {
  return streamOf(emit(frame, op, [x.value], {}), x.batch, x);
}

export function cast(frame: Frame, value: GraphValue, dtype: DType): GraphValue {
  return value.dtype === dtype ? value : emit(frame, "cast", [value], { dtype });
}

export function reshape(frame: Frame, value: GraphValue, shape: Shape): GraphValue {
  return sameShape(value.shape, shape) ? value : emit(frame, "reshape", [value], { shape });
}

/** The stream with a batch: a weight is repeated for every row. */
export function batched(frame: Frame, stream: Stream): Stream {
  if (stream.batch === "batched") return stream;
  const shape = [frame.elaboration.batch, ...stream.value.shape];
  const row = reshape(frame, stream.value, [1, ...stream.value.shape]);
  return { ...stream, batch: "batched", value: emit(frame, "broadcast_to", [row], { shape }) };
}

/** NumPy's rule over shapes without the batch: aligned at the end, sizes equal or 1. */
export function broadcastShapes(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const shape: number[] = [];
  for (let axis = 1; axis <= rank; axis++) {
    const a = left[left.length - axis] ?? 1;
    const b = right[right.length - axis] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return undefined;
    shape.unshift(Math.max(a, b));
  }
  return shape;
}

const signs = {
  add: "`+`",
  subtract: "`-`",
  multiply: "`*`",
  divide: "`/`",
  maximum: "`maximum`",
  minimum: "`minimum`",
} as const;

/** The width that a `linear` would have to give the right side, if only the widths differ. */
function missingWidth(left: Shape, right: Shape): number | undefined {
  const width = left.at(-1);
  return sameShape(left.slice(0, -1), right.slice(0, -1)) && width !== right.at(-1) ? width : undefined;
}

/**
 * An elementwise operator over two streams. Kind, mask and positions are those of the operand that has the result's
 * shape.
 */
export function broadcastBinary(
  frame: Frame,
  op: "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum",
  left: Stream,
  right: Stream,
  sides?: { readonly left: Span; readonly right: Span },
): Stream | undefined {
  const [leftShape, rightShape] = [shapeOf(left), shapeOf(right)];
  const shape = broadcastShapes(leftShape, rightShape);
  if (!shape) {
    const width = missingWidth(leftShape, rightShape);
    const related = sides
      ? [
          { at: sides.left, message: describeStream(left) },
          { at: sides.right, message: describeStream(right) },
        ]
      : [];
    report(
      frame,
      "shape_mismatch",
      frame.at,
      {
        what: `The two sides of ${signs[op]}`,
        left: describeStream(left),
        right: describeStream(right),
        path: blockPath(frame),
        hint:
          width === undefined
            ? "Each size must be the same on both sides, or 1."
            : `\`linear(${width})\` would give the right side the width of the left.`,
        projected: sides && width !== undefined ? { at: sides.right, width } : undefined,
      },
      related,
    );
    return undefined;
  }
  const batch = left.batch === "batched" || right.batch === "batched" ? "batched" : "shared";
  const align = (stream: Stream): GraphValue => {
    const own = shapeOf(stream);
    if (batch === "shared" || stream.batch === "shared" || own.length === shape.length) return stream.value;
    return reshape(frame, stream.value, [
      frame.elaboration.batch,
      ...Array.from({ length: shape.length - own.length }, () => 1),
      ...own,
    ]);
  };
  const value = emit(frame, op, [align(left), align(right)], {});
  const like =
    [left, right].find((stream) => stream.batch === batch && sameShape(shapeOf(stream), shape)) ??
    [left, right].find((stream) => sameShape(shapeOf(stream), shape));
  return {
    ...streamOf(value, batch, like),
    ...inheritMask(left, right, shape),
    ...inheritSegments(left, right, shape),
    ...inheritPresence(left, right),
  };
}

function inheritPresence(left: Stream, right: Stream): { readonly presence?: Presence } {
  const presence = jointPresence([left, right]);
  return presence.length === 0 ? {} : { presence };
}

/** A sum of tokens with and without a mask keeps the mask. */
function inheritMask(left: Stream, right: Stream, shape: Shape): { readonly mask?: GraphValue } {
  const mask = [left, right].find(
    (stream) => stream.mask && shapeOf(stream)[0] === shape[0] && shapeOf(stream).length === shape.length,
  )?.mask;
  return mask ? { mask } : {};
}

/** So does one of tokens with and without segments. */
function inheritSegments(left: Stream, right: Stream, shape: Shape): Pick<Stream, "segments"> {
  const segments = [left, right].find(
    (stream) => stream.segments && shapeOf(stream)[0] === shape[0] && shapeOf(stream).length === shape.length,
  )?.segments;
  return segments ? { segments } : {};
}

/** A product of matrices: which of the two are transposed, and a factor of the result. */
export interface MatmulOptions {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/** Product of a stream's last axis with a matrix, or of two batched stacks of matrices. */
export function matmul(frame: Frame, left: Stream, right: Stream, options: MatmulOptions): Stream | undefined {
  const [a, b] = [shapeOf(left), shapeOf(right)];
  // A weight that is a vector is a matrix of one row.
  if (left.batch === "shared" && a.length === 1 && right.batch === "shared" && b.length === 2 && !options.transposeA) {
    const row = matmul(frame, { ...left, value: reshape(frame, left.value, [1, ...a]) }, right, options);
    return row && streamOf(reshape(frame, row.value, shapeOf(row).slice(1)), "shared");
  }
  const mixed = left.batch === "batched" && right.batch === "shared";
  if (!innerFits(a, b, options) || !(mixed ? b.length === 2 : left.batch === right.batch && stacksFit(a, b))) {
    const shown = (shape: Shape, transposed: boolean): string =>
      `${showShape(shape)}${transposed ? " transposed" : ""}`;
    report(frame, "shape_mismatch", frame.at, {
      what: "A matrix product",
      left: shown(a, options.transposeA),
      right: shown(b, options.transposeB),
      path: blockPath(frame),
      hint: "The last dimension of the left side must be the first of the right side's matrix.",
    });
    return undefined;
  }
  // A vector times a matrix is a matrix product whose rows are the batch.
  const value = emit(frame, "matmul", [left.value, right.value], {
    transpose_a: options.transposeA,
    transpose_b: options.transposeB,
    scale: options.scale,
  });
  return mixed ? streamOf(value, "batched", left) : streamOf(value, left.batch === "batched" ? "batched" : right.batch);
}

/** The dimension that a product sums over is the same on both sides. */
function innerFits(a: Shape, b: Shape, { transposeA, transposeB }: MatmulOptions): boolean {
  return b.length >= 2 && a.at(transposeA ? -2 : -1) === b.at(transposeB ? -1 : -2);
}

/** Stacks of matrices are multiplied one by one, so there must be as many on both sides. */
function stacksFit(a: Shape, b: Shape): boolean {
  return a.length >= 2 && sameShape(a.slice(0, -2), b.slice(0, -2));
}
