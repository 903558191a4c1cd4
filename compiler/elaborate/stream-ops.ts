import type { Span } from "../../grammar/ast.ts";
import type { OpAttributes, OpName } from "../graph/attributes.ts";
import { type DType, type Shape, type Value as GraphValue, sameShape, showShape } from "../graph/graph.ts";
import { type Elaboration, blockPath, originOf, report } from "./elaboration.ts";
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

/** Emits one node and remembers where it comes from. */
export function emit<Op extends OpName>(
  elaboration: Elaboration,
  frame: Frame,
  at: Span,
  op: Op,
  inputs: readonly GraphValue[],
  attributes: OpAttributes[Op],
): GraphValue {
  elaboration.builder.origin = originOf(frame, at);
  return elaboration.builder.emit(op, inputs, attributes);
}

export function constantStream(elaboration: Elaboration, value: number): Stream {
  return {
    kind: "scalar",
    value: elaboration.builder.emit("fill", [], { dtype: "float32", shape: [], value }),
    batch: "shared",
    positions: noPositions,
  };
}

export function unary(
  elaboration: Elaboration,
  frame: Frame,
  op:
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
    | "stop_gradient",
  x: Stream,
  at: Span,
): Stream {
  return streamOf(emit(elaboration, frame, at, op, [x.value], {}), x.batch, x);
}

export function cast(elaboration: Elaboration, value: GraphValue, dtype: DType): GraphValue {
  return value.dtype === dtype ? value : elaboration.builder.emit("cast", [value], { dtype });
}

export function reshape(elaboration: Elaboration, value: GraphValue, shape: Shape): GraphValue {
  return sameShape(value.shape, shape) ? value : elaboration.builder.emit("reshape", [value], { shape });
}

/** The stream with a batch: a weight is repeated for every row. */
export function batched(elaboration: Elaboration, stream: Stream): Stream {
  if (stream.batch === "batched") return stream;
  const shape = [elaboration.batch, ...stream.value.shape];
  const row = reshape(elaboration, stream.value, [1, ...stream.value.shape]);
  return { ...stream, batch: "batched", value: elaboration.builder.emit("broadcast_to", [row], { shape }) };
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

/** The width that a `linear` would have to give the right side, where only the widths differ. */
function missingWidth(left: Shape, right: Shape): number | undefined {
  const width = left.at(-1);
  return sameShape(left.slice(0, -1), right.slice(0, -1)) && width !== right.at(-1) ? width : undefined;
}

/** An elementwise operator over two streams. Kind, mask and positions are those of the operand that has the result's shape. */
export function broadcastBinary(
  elaboration: Elaboration,
  frame: Frame,
  op: "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum",
  left: Stream,
  right: Stream,
  at: Span,
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
      elaboration,
      frame,
      "shape_mismatch",
      at,
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
    return reshape(elaboration, stream.value, [
      elaboration.batch,
      ...Array.from({ length: shape.length - own.length }, () => 1),
      ...own,
    ]);
  };
  const value = emit(elaboration, frame, at, op, [align(left), align(right)], {});
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

/** Product of a stream's last axis with a matrix, or of two batched stacks of matrices. */
export function matmul(
  elaboration: Elaboration,
  frame: Frame,
  left: Stream,
  right: Stream,
  options: { readonly transposeA: boolean; readonly transposeB: boolean; readonly scale: number },
  at: Span,
): Stream | undefined {
  const attributes = { transpose_a: options.transposeA, transpose_b: options.transposeB, scale: options.scale };
  const [a, b] = [shapeOf(left), shapeOf(right)];
  const inner = options.transposeA ? a.at(-2) : a.at(-1);
  const outer = options.transposeB ? b.at(-1) : b.at(-2);
  // A weight that is a vector is a matrix of one row.
  if (left.batch === "shared" && a.length === 1 && right.batch === "shared" && b.length === 2 && !options.transposeA) {
    const row = matmul(
      elaboration,
      frame,
      { ...left, value: reshape(elaboration, left.value, [1, ...a]) },
      right,
      options,
      at,
    );
    return row && streamOf(reshape(elaboration, row.value, shapeOf(row).slice(1)), "shared");
  }
  const mixed = left.batch === "batched" && right.batch === "shared";
  const fits =
    inner === outer &&
    b.length >= 2 &&
    (mixed ? b.length === 2 : left.batch === right.batch && sameShape(a.slice(0, -2), b.slice(0, -2)) && a.length >= 2);
  if (!fits) {
    const shown = (stream: Stream, transposed: boolean): string =>
      `${showShape(shapeOf(stream))}${transposed ? " transposed" : ""}`;
    report(elaboration, frame, "shape_mismatch", at, {
      what: "A matrix product",
      left: shown(left, options.transposeA),
      right: shown(right, options.transposeB),
      path: blockPath(frame),
      hint: "The last dimension of the left side must be the first of the right side's matrix.",
    });
    return undefined;
  }
  // A vector times a matrix is a matrix product whose rows are the batch.
  const value = emit(elaboration, frame, at, "matmul", [left.value, right.value], attributes);
  const batch = left.batch === "batched" ? "batched" : right.batch;
  return mixed ? streamOf(value, batch, left) : streamOf(value, batch);
}
