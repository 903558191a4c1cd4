import { argmax } from "../metrics/rank.ts";
import { category } from "./category.ts";
import { softmax } from "./class-scores.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/** A yes or no for two values: `int32 []`, 1 if they belong together. */
export const aligned: RuntimeTarget<"aligned"> = {
  reading: "softmax",
  observe: category.observe,
  predictsNaN: category.predictsNaN,
  loss: category.loss,
  readable: category.readable,
  confusion: ({ scores, target }) => ({ actual: target, predicted: argmax(scores) }),
  baseline: category.baseline,
  predict: (outputs) => {
    const [, probability = Number.NaN] = softmax(outputs.get("logits") ?? new Float32Array(0));
    return { kind: "aligned", probability };
  },
  pairScore: ({ probability }) => probability,
  cells: ({ probability }) => ({ probability }),
};
