import type { Value } from "../../graph/graph.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

type Call = Pick<LossCall<"mse">, "output" | "target" | "targets" | "emit" | "constant">;

function difference({ output, target, emit }: Call): Value {
  return emit("subtract", [output, target], {});
}

/** The loss of a row of several numbers is the mean over them; of those of hidden parts, over the parts that it has. */
function overNumbers({ targets: [, there], emit, constant }: Call, losses: Value): Value {
  if (there) {
    const counts = emit("cast", [there], { dtype: "float32" });
    const all = { axes: [1], keep_dimensions: false };
    const means = emit("reduce_mean", [losses], { axes: [2], keep_dimensions: false });
    const sum = emit("reduce_sum", [emit("multiply", [means, counts], {})], all);
    return emit("divide", [sum, emit("maximum", [emit("reduce_sum", [counts], all), constant(1)], {})], {});
  }
  const axes = [...losses.shape.keys()].slice(1);
  return axes.length === 0 ? losses : emit("reduce_mean", [losses], { axes, keep_dimensions: false });
}

export const mse: LossDefinition<"mse"> = {
  rows: (call) => {
    const away = difference(call);
    return overNumbers(call, call.emit("multiply", [away, away], {}));
  },
};

export const mae: LossDefinition<"mae"> = {
  rows: (call) => overNumbers(call, call.emit("abs", [difference(call)], {})),
};

/** ½·d² within delta, delta·(|d| − ½·delta) outside (Huber, 1964): with c = min(|d|, delta) it is c·(|d| − ½·c). */
export const huber: LossDefinition<"huber"> = {
  rows: (call) => {
    const { emit, constant, options } = call;
    const far = emit("abs", [difference(call)], {});
    const near = emit("minimum", [far, constant(options.delta)], {});
    const half = emit("multiply", [near, constant(0.5)], {});
    return overNumbers(call, emit("multiply", [near, emit("subtract", [far, half], {})], {}));
  },
};
