import { type Shape, type Value as GraphValue, sameShape, showShape, sizeOf } from "../../graph/graph.ts";
import { type Presence, eitherPresence, jointPresence, maskOf } from "../presence.ts";
import { dropped } from "../dropout.ts";
import { batched, broadcastBinary, cast, matmul, streamOf } from "../stream-ops.ts";
import { type Stream, type Value, describeStream, poison, shapeOf, streamValue } from "../value.ts";
import { type Native, type NativeCall, axisOf } from "./native.ts";

function native(apply: (call: NativeCall) => Value): Native {
  return { naming: "segment", apply };
}

const withBatch = (call: NativeCall, stream: Stream, shape: Shape): Shape =>
  stream.batch === "batched" ? [call.elaboration.batch, ...shape] : shape;

const reshape = native((call) => {
  const x = call.stream("x");
  const shape = call.wholeNumbers("shape");
  if (!shape) return poison;
  if (sizeOf(shape) !== sizeOf(shapeOf(x)))
    return call.mismatch("A reshape", describeStream(x), showShape(shape), "Both must hold the same number of values.");
  return streamValue(streamOf(call.emit("reshape", [x.value], { shape: withBatch(call, x, shape) }), x.batch));
});

const transpose = native((call) => {
  const x = call.stream("x");
  const permutation = call.wholeNumbers("permutation");
  if (!permutation) return poison;
  const rank = shapeOf(x).length;
  if (
    !sameShape(
      permutation.toSorted((a, b) => a - b),
      Array.from({ length: rank }, (_, axis) => axis),
    )
  )
    return call.mismatch(
      "A transpose",
      describeStream(x),
      showShape(permutation),
      `The permutation names each axis 0..${rank - 1} once.`,
    );
  const full = x.batch === "batched" ? [0, ...permutation.map((axis) => axis + 1)] : permutation;
  return streamValue(streamOf(call.emit("transpose", [x.value], { permutation: full }), x.batch));
});

/**
 * Joins streams along an axis. Their masks are joined along the tokens, and a named position is kept if its name stays
 * unique.
 */
const concat: Native = {
  naming: "segment",
  presence: "own",
  apply: (call) => {
    const given = call.streams("streams");
    const [only] = given;
    if (!only) return poison;
    return given.length === 1 ? streamValue(only) : joined(call, given);
  },
};

/** The streams of a concatenation as given, and as its parts, which all have a batch if one stream has. */
interface Joining {
  readonly given: readonly Stream[];
  readonly parts: readonly Stream[];
  /** The rows that have one of the streams. */
  readonly presence: Presence;
}

function joined(call: NativeCall, given: readonly Stream[]): Value {
  const presence = eitherPresence(call.frame, given);
  const parts = given.some((part) => part.batch === "batched") ? given.map((part) => batched(call.frame, part)) : given;
  const [first] = parts;
  const axis = first && axisOf(call, first);
  if (!first || axis === undefined) return poison;
  const others = (stream: Stream): Shape => stream.value.shape.toSpliced(axis, 1);
  const misfit = parts.find((part) => !sameShape(others(part), others(first)));
  if (misfit)
    return call.mismatch(
      "The parts of a concatenation",
      describeStream(first),
      describeStream(misfit),
      "They may differ along the axis that is joined only.",
    );
  const value = call.emit(
    "concat",
    parts.map((part) => part.value),
    { axis },
  );
  const isTokens = first.kind === "tokens" || first.kind === "regions";
  if (isTokens && first.batch === "batched" && axis === 1)
    return streamValue(joinedTokens(call, value, { given, parts, presence }));
  return streamValue({
    ...streamOf(value, first.batch, { ...first, positions: new Map() }),
    presence: jointPresence(given),
    ...(isTokens && first.mask && axis !== 1 ? { mask: first.mask } : {}),
  });
}

/** The tokens of all parts one after the other. */
function joinedTokens(call: NativeCall, value: GraphValue, joining: Joining): Stream {
  const { given, parts, presence } = joining;
  const label = given.map((part) => part.label).find((each) => each !== undefined);
  return {
    kind: "tokens",
    value,
    batch: "batched",
    positions: joinPositions(parts),
    ...joinMasks(call, joining),
    ...joinSegments(call, parts),
    presence,
    ...(label === undefined ? {} : { label }),
  };
}

function joinPositions(parts: readonly Stream[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  const twice = new Set<string>();
  let offset = 0;
  for (const part of parts) {
    for (const [name, position] of part.positions) {
      if (positions.has(name)) twice.add(name);
      positions.set(name, offset + position);
    }
    offset += shapeOf(part)[0] ?? 0;
  }
  for (const name of twice) positions.delete(name);
  return positions;
}

/**
 * Joins the masks of parts. A part without a mask is present in the rows that have its stream; a weight is present in
 * the rows that have the streams to which it is joined.
 */
function joinMasks(call: NativeCall, { given, parts, presence }: Joining): { readonly mask?: GraphValue } {
  if (parts.every((part) => !part.mask) && jointPresence(given).length === 0) return {};
  const { batch } = call.elaboration;
  const masks = parts.map((part, index) => {
    const own = given[index]?.batch === "shared" ? { ...part, presence } : part;
    return (
      maskOf(call.frame, own) ??
      call.emit("fill", [], { dtype: "float32", shape: [batch, shapeOf(part)[0] ?? 0], value: 1 })
    );
  });
  return { mask: call.emit("concat", masks, { axis: 1 }) };
}

/** Tokens that are joined to tokens with segments belong to the first segment, as BERT's class token does. */
function joinSegments(call: NativeCall, parts: readonly Stream[]): Pick<Stream, "segments"> {
  const count = Math.max(...parts.map(({ segments }) => segments?.count ?? 0));
  if (count === 0) return {};
  const { batch } = call.elaboration;
  const ids = parts.map(
    (part) =>
      part.segments?.ids ?? call.emit("fill", [], { dtype: "int32", shape: [batch, shapeOf(part)[0] ?? 0], value: 0 }),
  );
  return { segments: { ids: call.emit("concat", ids, { axis: 1 }), count } };
}

/** A range along one axis; masks and named positions of tokens are cut with it. */
const slice = native((call) => {
  const x = call.stream("x");
  const axis = axisOf(call, x);
  if (axis === undefined) return poison;
  const length = x.value.shape[axis] ?? 0;
  const [start, size] = [call.number("start"), call.number("size")];
  const from = start < 0 ? length + start : start;
  if (from < 0 || size < 1 || from + size > length)
    return call.mismatch("A slice", describeStream(x), `${size} from ${start} along an axis of ${length}`);
  const cut = (value: GraphValue, along: number): GraphValue =>
    call.emit("slice", [value], {
      starts: value.shape.map((_, place) => (place === along ? from : 0)),
      sizes: value.shape.map((all, place) => (place === along ? size : all)),
    });
  const value = cut(x.value, axis);
  const tokens = x.kind === "tokens" || x.kind === "regions";
  const alongTokens = tokens && axis === (x.batch === "batched" ? 1 : 0);
  if (!alongTokens)
    return streamValue({ ...streamOf(value, x.batch, x), ...(tokens && x.mask ? { mask: x.mask } : {}) });
  const positions = new Map(
    [...x.positions]
      .map(([name, position]): [string, number] => [name, position - from])
      .filter(([, position]) => position >= 0 && position < size),
  );
  const { mask, segments, boxes: _boxes, ...rest } = x;
  return streamValue({
    ...rest,
    kind: "tokens",
    value,
    positions,
    ...(mask ? { mask: cut(mask, 1) } : {}),
    ...(segments ? { segments: { ...segments, ids: cut(segments.ids, 1) } } : {}),
  });
});

const pad = native((call) => {
  const x = call.stream("x");
  const axis = axisOf(call, x);
  if (axis === undefined) return poison;
  const at = (amount: number): readonly number[] => x.value.shape.map((_, place) => (place === axis ? amount : 0));
  return streamValue(
    streamOf(
      call.emit("pad", [x.value], { before: at(call.number("before")), after: at(call.number("after")) }),
      x.batch,
    ),
  );
});

const broadcast = native((call) => {
  const shape = call.wholeNumbers("shape");
  if (!shape) return poison;
  const x = call.stream("x");
  const own = shapeOf(x);
  const fits = own.length === shape.length && own.every((size, axis) => size === shape[axis] || size === 1);
  if (!fits)
    return call.mismatch("A broadcast", describeStream(x), showShape(shape), "Each size must be the same or 1.");
  return streamValue(streamOf(call.emit("broadcast_to", [x.value], { shape: withBatch(call, x, shape) }), x.batch));
});

/** Looks up rows of a table by id: [rows × width] and ids[N] give tokens[N × width]. */
const gather = native((call) => {
  const [table, ids] = [call.stream("table"), call.stream("ids")];
  if (table.batch !== "shared" || shapeOf(table).length !== 2)
    return call.mismatch("A table of rows", describeStream(table), "a weight of two dimensions");
  const value = call.emit("gather", [table.value, cast(call.frame, ids.value, "int32")], { axis: 0 });
  const { mask, segments, positions, label } = ids;
  return streamValue({
    ...streamOf(value, ids.batch),
    positions,
    ...(mask ? { mask } : {}),
    ...(segments ? { segments } : {}),
    ...(label === undefined ? {} : { label }),
  });
});

const oneHot = native((call) => {
  const ids = call.stream("ids");
  const value = call.emit("one_hot", [cast(call.frame, ids.value, "int32")], { depth: call.number("depth") });
  return streamValue({ ...streamOf(value, ids.batch), ...(ids.mask ? { mask: ids.mask } : {}) });
});

const product = native((call) => {
  const options = {
    transposeA: call.flag("transpose_x"),
    transposeB: call.flag("transpose_y"),
    scale: call.number("scale"),
  };
  const productWith = (x: Stream, y: Stream): Stream | undefined => {
    if (!y.update || x.batch !== "batched") return matmul(call.frame, x, y, options);
    const { matrix, update, rate, path } = y.update;
    const whole = productWith(x, matrix);
    const rows = dropped({ ...call.frame, path }, x, { rate, over: "elements", kept: "rescaled" });
    const added = whole && matmul(call.frame, rows, update, options);
    return added && broadcastBinary(call.frame, "add", whole, added);
  };
  const result = productWith(call.stream("x"), call.stream("y"));
  return result ? streamValue(result) : poison;
});

export const movementNatives: { readonly [name: string]: Native } = {
  reshape,
  transpose,
  concat,
  slice,
  pad,
  broadcast,
  gather,
  one_hot: oneHot,
  matmul: product,
};
