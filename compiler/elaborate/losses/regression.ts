import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

function difference({ output, target, emit }: Pick<LossCall<"mse">, "output" | "target" | "emit">): Value {
  return emit("subtract", [output, target], {});
}

export const mse: LossDefinition<"mse"> = {
  targets: ["number"],
  rows: (call) => {
    const away = difference(call);
    return call.emit("multiply", [away, away], {});
  },
};

export const mae: LossDefinition<"mae"> = {
  targets: ["number"],
  rows: (call) => call.emit("abs", [difference(call)], {}),
};

/** ½·d² within delta, delta·(|d| − ½·delta) outside (Huber, 1964): with c = min(|d|, delta) it is c·(|d| − ½·c). */
export const huber: LossDefinition<"huber"> = {
  targets: ["number"],
  rows: (call) => {
    const { emit, constant, options } = call;
    const far = emit("abs", [difference(call)], {});
    const near = emit("minimum", [far, constant(options.delta)], {});
    return emit("multiply", [near, emit("subtract", [far, emit("multiply", [near, constant(0.5)], {})], {})], {});
  },
};
