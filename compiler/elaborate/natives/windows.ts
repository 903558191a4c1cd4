import { type Value as GraphValue, sizeOf } from "../../graph/graph.ts";
import { batched } from "../stream-ops.ts";
import { type Stream, shapeOf, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";
import { slidingWindows } from "./sliding-windows.ts";

/** The lowest float32: it loses every comparison with a value of a grid. */
const lowest = -3.4028234663852886e38;

/** The values around a grid: zeros, or numbers that are never the largest. */
type Border = "zero" | "lowest";

/**
 * The values at each offset of the windows of a grid, one grid for each offset, row by row. The offsets are `dilation`
 * apart, and half of them are before every `stride`-th position. The graph has no slices with a step, so the axis is cut to groups of `stride`
 * positions, of which the first is kept.
 */
function windowOffsets(call: NativeCall, x: Stream, border: Border, dilation = 1): readonly GraphValue[] {
  const [height = 0, width = 0, channels = 0] = shapeOf(x);
  const { batch } = call.elaboration;
  const [size, stride] = [call.number("size"), call.number("stride")];
  const extent = dilation * (size - 1) + 1;
  const before = Math.floor((extent - 1) / 2);
  const [down, across] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  // Room for every offset, and for a last group of `stride` positions.
  const after = (length: number, count: number): number =>
    Math.max(0, (count - 1) * stride + extent + stride - 1 - before - length);
  const padded = surrounded(call, x.value, border, {
    before: [0, before, before, 0],
    after: [0, after(height, down), after(width, across), 0],
  });
  const offsets = Array.from({ length: size * size }, (_, offset): readonly [number, number] => [
    dilation * Math.floor(offset / size),
    dilation * (offset % size),
  ]);
  return offsets.map(([row, column]) => {
    const cut = call.emit("slice", [padded], {
      starts: [0, row, column, 0],
      sizes: [batch, down * stride, across * stride, channels],
    });
    if (stride === 1) return cut;
    const grouped = call.emit("reshape", [cut], { shape: [batch, down, stride, across, stride, channels] });
    const first = call.emit("slice", [grouped], {
      starts: [0, 0, 0, 0, 0, 0],
      sizes: [batch, down, 1, across, 1, channels],
    });
    return call.emit("reshape", [first], { shape: [batch, down, across, channels] });
  });
}

interface Padding {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function surrounded(call: NativeCall, x: GraphValue, border: Border, { before, after }: Padding): GraphValue {
  if (border === "zero") return call.emit("pad", [x], { before, after });
  return x.shape.reduce((value, _, axis) => {
    const side = (count: number): readonly GraphValue[] => {
      const shape = value.shape.with(axis, count);
      return sizeOf(shape) > 0 ? [call.emit("fill", [], { dtype: "float32", shape, value: lowest })] : [];
    };
    const parts = [...side(before[axis] ?? 0), value, ...side(after[axis] ?? 0)];
    return parts.length === 1 ? value : call.emit("concat", parts, { axis });
  }, x);
}

/** The factors of a convolution: for each position the values around it, offset by offset. */
const neighbourhoods: Native = {
  naming: "segment",
  apply: (call) => {
    const x = batched(call.frame, call.stream("x"));
    return streamValue({
      ...x,
      value: call.emit("concat", windowOffsets(call, x, "zero", call.number("dilation")), { axis: 3 }),
    });
  },
};

/** The maximum of each window. Among equal values the first one gets the gradient, as in PyTorch. */
const maxPool: Native = {
  naming: "segment",
  apply: (call) => {
    const x = batched(call.frame, call.stream("x"));
    const value = windowOffsets(call, x, "lowest").reduce((largest, next) => call.emit("maximum", [largest, next], {}));
    return streamValue({ ...x, value });
  },
};

export const windowNatives: { readonly [name: string]: Native } = {
  neighbourhoods,
  max_pool: maxPool,
  sliding_windows: slidingWindows,
};
