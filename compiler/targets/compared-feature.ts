import { targetName } from "../features/features.ts";
import type { TargetFeature, TargetTask } from "./target.ts";

/** The feature of a target that has no other: losses and metrics compare it with the model's outputs. */
export function comparedFeature(
  { name }: Pick<TargetTask, "name">,
  tensor: Pick<TargetFeature, "empty" | "dtype" | "shape" | "below" | "keptAs" | "isShare">,
): TargetFeature {
  return { name: targetName(name), part: "target", use: "compared", content: "target", ...tensor };
}
