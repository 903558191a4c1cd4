import type { ByteMove } from "../graph/graph.ts";
import { inputOfRows } from "./candidates.ts";
import { modeAt, pathOf } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { drawnRate } from "./natives/drawn-rate.ts";
import { cast, emit, streamOf } from "./stream-ops.ts";
import { type Stream, kindOfRank, shapeOf } from "./value.ts";

/** Random bytes for a scope, drawn anew at each step; a site that is reached twice draws twice. */
export function randomBytes(frame: Frame, shape: readonly number[], moved: ByteMove | undefined): Stream {
  const path = pathOf(frame);
  const used = frame.elaboration.randomSites.get(path) ?? 0;
  frame.elaboration.randomSites.set(path, used + 1);
  const site = used === 0 ? path : `${path}#${used + 1}`;
  const value = inputOfRows(frame, { kind: "random", site, ...(moved ? { moved } : {}) }, { dtype: "uint8", shape });
  return { kind: kindOfRank(shape.length), value, batch: "batched", positions: new Map() };
}

export interface Dropout {
  readonly rate: number;
  /** `example` drops whole rows, as stochastic depth does (Huang et al., 2016). */
  readonly over: "elements" | "example";
  /** Kept values are rescaled by the rate as it is drawn, unless they stay as they are. */
  readonly kept: "rescaled" | "as_they_are";
}

/** Dropout in training (Srivastava et al., 2014). */
export function dropped(frame: Frame, x: Stream, { rate, over, kept: how }: Dropout): Stream {
  const drawn = drawnRate(rate, frame.elaboration.rules);
  if (!drawn || modeAt(frame) !== "train") return x;
  const shape = over === "example" ? shapeOf(x).map(() => 1) : shapeOf(x);
  const bytes = randomBytes(frame, shape, drawn.moved);
  const threshold = emit(frame, "fill", [], { dtype: "float32", shape: [], value: drawn.below });
  const kept = cast(frame, emit(frame, "greater", [cast(frame, bytes.value, "float32"), threshold], {}), "float32");
  const scale = how === "rescaled" && drawn.rate < 1 ? 1 / (1 - drawn.rate) : 1;
  const factor =
    scale === 1
      ? kept
      : emit(frame, "multiply", [kept, emit(frame, "fill", [], { dtype: "float32", shape: [], value: scale })], {});
  return {
    ...streamOf(emit(frame, "multiply", [x.value, factor], {}), "batched", x),
    ...(x.mask ? { mask: x.mask } : {}),
  };
}
