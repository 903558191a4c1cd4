import { type Value as GraphValue, sizeOf } from "../../graph/graph.ts";
import { batched } from "../stream-ops.ts";
import { type Stream, type Value, describeStream, shapeOf, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";

/**
 * The layout of windows on an axis, counted in chunks of as many steps as both the length and the stride are multiples
 * of.
 */
interface Windows {
  readonly count: number;
  /** Steps of a chunk. */
  readonly chunk: number;
  /** Chunks of a window, and from one window to the next. */
  readonly length: number;
  readonly stride: number;
}

function windowsOf(steps: number, length: number, stride: number): Windows {
  const chunk = greatestDivisor(length, stride);
  return { count: Math.floor((steps - length) / stride) + 1, chunk, length: length / chunk, stride: stride / chunk };
}

function greatestDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestDivisor(right, left % right);
}

/**
 * Reshapes `[B, steps, …]` to `[B, windows, values of a window]`: one slice for each chunk of a window, which takes
 * every `stride`-th chunk.
 */
function cutWindows(call: NativeCall, x: GraphValue, { count, chunk, length, stride }: Windows): GraphValue {
  const [batch = 1, steps = 0] = x.shape;
  const width = chunk * sizeOf(x.shape.slice(2));
  // The last slice takes complete groups of `stride` chunks.
  const chunks = count * stride + length - 1;
  const zeros = (after: number): readonly number[] => x.shape.map((_, axis) => (axis === 1 ? after : 0));
  const whole = Math.min(steps, chunks * chunk);
  const used = call.emit("slice", [x], { starts: zeros(0), sizes: x.shape.with(1, whole) });
  const padded = call.emit("pad", [used], { before: zeros(0), after: zeros(chunks * chunk - whole) });
  const chunked = call.emit("reshape", [padded], { shape: [batch, chunks, width] });
  const parts = Array.from({ length }, (_, start) => {
    const cut = call.emit("slice", [chunked], { starts: [0, start, 0], sizes: [batch, count * stride, width] });
    const grouped = call.emit("reshape", [cut], { shape: [batch, count, stride, width] });
    const first = call.emit("slice", [grouped], { starts: [0, 0, 0, 0], sizes: [batch, count, 1, width] });
    return call.emit("reshape", [first], { shape: [batch, count, width] });
  });
  return parts.length === 1 ? (parts[0] ?? x) : call.emit("concat", parts, { axis: 2 });
}

/** Makes each window of a time series one token. A window is present if one of its steps is. */
export const slidingWindows: Native = {
  naming: "segment",
  apply: (call): Value => {
    const x = batched(call.frame, call.stream("x"));
    const [steps = 0, ...rest] = shapeOf(x);
    const [length, stride] = [call.number("length"), call.number("stride")];
    if (rest.length === 0 || length > steps)
      return call.mismatch(
        "Windows",
        describeStream(x),
        `${length} steps`,
        "A window is at most as long as what it is cut from.",
      );
    const all = windowsOf(steps, length, stride);
    const { label, presence } = x;
    return streamValue({
      kind: "tokens",
      value: cutWindows(call, x.value, all),
      batch: "batched",
      positions: new Map(),
      ...(x.mask ? { mask: windowMask(call, x.mask, all) } : {}),
      ...(presence ? { presence } : {}),
      ...(label === undefined ? {} : { label }),
    } satisfies Stream);
  },
};

function windowMask(call: NativeCall, mask: GraphValue, all: Windows): GraphValue {
  const cut = cutWindows(call, call.emit("reshape", [mask], { shape: [...mask.shape, 1] }), all);
  return call.emit("reduce_max", [cut], { axes: [2], keep_dimensions: false });
}
