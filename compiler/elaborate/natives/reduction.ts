import type { Shape, Value as GraphValue } from "../../graph/graph.ts";
import { showShape } from "../../graph/graph.ts";
import { broadcastBinary, reshape, streamOf, unary } from "../stream-ops.ts";
import { type Stream, describeStream, poison, shapeOf, streamValue } from "../value.ts";
import { type Native, type NativeCall, axisOf } from "./native.ts";

/** Large enough to vanish in a softmax, small enough to stay finite in float32 sums. */
const masked = -1e9;

function reduction(op: "reduce_sum" | "reduce_mean" | "reduce_max"): Native {
  return {
    naming: "segment",
    apply: (call) => {
      const x = call.stream("x");
      const axis = axisOf(call, x);
      if (axis === undefined) return poison;
      return streamValue(
        streamOf(call.emit(op, [x.value], { axes: [axis], keep_dimensions: call.flag("keep") }), x.batch),
      );
    },
  };
}

/** A mask [M] for scores […, M], as a tensor that broadcasts with them. */
function alongLastAxis(call: NativeCall, mask: Stream, shape: Shape): GraphValue {
  const [last = 0] = shapeOf(mask).slice(-1);
  const lead = mask.batch === "batched" ? [call.elaboration.batch] : [];
  return reshape(call.frame, mask.value, [...lead, ...shape.slice(0, -1).map(() => 1), last]);
}

/** Softmax over the last axis. Masked positions get 0, and a row that is masked throughout is 0 everywhere, not NaN. */
const softmax: Native = {
  naming: "segment",
  apply: (call) => {
    const x = call.stream("x");
    const mask = call.optionalStream("mask");
    if (!mask) return streamValue(unary(call.frame, "softmax", x));
    const shape = shapeOf(x);
    if (shapeOf(mask).length !== 1 || shapeOf(mask)[0] !== shape.at(-1))
      return call.mismatch("A mask and the scores", showShape(shapeOf(mask)), showShape(shape));
    const there = alongLastAxis(call, mask, shape);
    const one = call.emit("fill", [], { dtype: "float32", shape: [], value: 1 });
    const low = call.emit("fill", [], { dtype: "float32", shape: [], value: -masked });
    const bias = call.emit("multiply", [call.emit("subtract", [there, one], {}), low], {});
    const probabilities = call.emit("softmax", [call.emit("add", [x.value, bias], {})], {});
    return streamValue(streamOf(call.emit("multiply", [probabilities, there], {}), "batched", x));
  },
};

/**
 * Emits one op if scale and offset are the same for all rows; if they depend on the row, they are applied to the
 * normalised value.
 */
const layerNormalise: Native = {
  naming: "segment",
  apply: (call) => {
    const { frame } = call;
    const [x, scale, offset] = [call.stream("x"), call.stream("scale"), call.stream("offset")];
    const width = shapeOf(x).at(-1) ?? 1;
    for (const part of [scale, offset]) {
      if (shapeOf(part).length !== 1 || shapeOf(part)[0] !== width)
        return call.mismatch("A layer norm's scale and offset", describeStream(part), describeStream(x));
    }
    const constant = (value: number): GraphValue => call.emit("fill", [], { dtype: "float32", shape: [width], value });
    const normalised = (by: GraphValue, plus: GraphValue): Stream => ({
      ...x,
      value: call.emit("layer_norm", [x.value, by, plus], { epsilon: call.number("epsilon") }),
    });
    if (scale.batch === "shared" && offset.batch === "shared")
      return streamValue(normalised(scale.value, offset.value));
    const scaled = broadcastBinary(frame, "multiply", normalised(constant(1), constant(0)), scale);
    const moved = scaled && broadcastBinary(frame, "add", scaled, offset);
    return moved ? streamValue(moved) : poison;
  },
};

export const reductionNatives: { readonly [name: string]: Native } = {
  reduce_sum: reduction("reduce_sum"),
  reduce_mean: reduction("reduce_mean"),
  reduce_max: reduction("reduce_max"),
  softmax,
  log_softmax: {
    naming: "segment",
    apply: (call) => streamValue(unary(call.frame, "log_softmax", call.stream("x"))),
  },
  layer_normalise: layerNormalise,
};
