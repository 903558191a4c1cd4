import { expressions } from "../graph/expressions.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import { hasSpareClasses } from "../targets/classes.ts";
import type { Target } from "../targets/target.ts";
import { builderAt } from "./elaboration.ts";
import type { Frame } from "./frame.ts";
import { emit } from "./stream-ops.ts";

/** A score so low that its probability is 0 in float32, whatever the others are. */
const NO_SCORE = -1e9;

/** [K]: 1 for outputs that have a class; `undefined` if all have one. */
export function classMaskOf(frame: Frame, target: Target): GraphValue | undefined {
  if (!target.classes || !hasSpareClasses(target, frame.elaboration.rules)) return undefined;
  return builderAt(frame).input({ kind: "class_mask" }, { dtype: "float32", shape: [target.classes.count] });
}

/** [K + 1]: the mask of outputs that have one for no class behind those of the classes. */
export function withNone(frame: Frame, mask: GraphValue): GraphValue {
  const none = emit(frame, "fill", [], { dtype: "float32", shape: [1], value: 1 });
  return emit(frame, "concat", [mask, none], { axis: 0 });
}

/**
 * Scores [B, …, K] in which outputs without a class have no probability and no gradient, in a softmax as well as in
 * sigmoids.
 */
export function ofClassesAlone(frame: Frame, mask: GraphValue, scores: GraphValue): GraphValue {
  const e = expressions(builderAt(frame));
  return e.select(e.greater(mask, 0), scores, NO_SCORE);
}
