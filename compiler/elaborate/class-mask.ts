import { classCount, hasSpareClasses } from "../features/features.ts";
import { expressions } from "../graph/expressions.ts";
import type { Value as GraphValue } from "../graph/graph.ts";
import type { ResolvedTask } from "../schema/resolved.ts";
import type { Elaboration } from "./elaboration.ts";

/** A score so low that its share vanishes in float32, whatever the others are. */
const NO_SCORE = -1e9;

/** [K], 1 for outputs that stand for a class; nothing where all do. */
export function classMaskOf({ builder, rules }: Elaboration, { target }: ResolvedTask): GraphValue | undefined {
  if (!hasSpareClasses(target, rules) || !("classes" in target)) return undefined;
  return builder.input({ kind: "class_mask" }, { dtype: "float32", shape: [classCount(target)] });
}

/** Scores [B, K] in which what stands for no class has no share and no gradient, be it by a softmax or by sigmoids. */
export function ofClassesAlone({ builder }: Elaboration, mask: GraphValue, scores: GraphValue): GraphValue {
  const e = expressions(builder);
  return e.select(e.greater(mask, 0), scores, NO_SCORE);
}
