import type { Candidates, ResolvedTask } from "../schema/resolved.ts";
import { targetOf } from "./index.ts";

type Mode = "train" | "evaluate" | "predict";

/**
 * The candidates of an example in graphs of this mode: as its columns list them, or as many as its target draws, with
 * which each modality of the target differs between them. A prediction is of one pair, without candidates.
 */
export function candidatesOf(task: Pick<ResolvedTask, "target" | "candidates">, mode: Mode): Candidates | undefined {
  const { drawnRows, madeOf = [] } = targetOf(task.target);
  if (!drawnRows?.candidates) return task.candidates;
  if (mode === "predict") return undefined;
  return {
    most: drawnRows.candidates[mode],
    parts: Object.fromEntries(madeOf.map(({ modality }) => [modality, ["each"]] as const)),
  };
}
