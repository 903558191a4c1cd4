import type { ResolvedTask } from "../schema/resolved.ts";
import { targetOf } from "./index.ts";

/** The inputs that an example has when the model predicts: all but the text that the task generates, and what only training reads. */
export function givenInputs({ inputs, target }: Pick<ResolvedTask, "inputs" | "target">): ResolvedTask["inputs"] {
  const { generates, trainsWith = [] } = targetOf(target);
  return inputs.filter(({ modality }) => modality !== generates && !trainsWith.includes(modality));
}
