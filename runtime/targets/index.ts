import type { TargetKind } from "../../compiler/targets/target.ts";
import { aligned } from "./aligned.ts";
import { boxes } from "./boxes.ts";
import { category } from "./category.ts";
import { choice } from "./choice.ts";
import { contrastive } from "./contrastive.ts";
import { labels } from "./labels.ts";
import { masked } from "./masked.ts";
import { maskedClasses } from "./masked-classes.ts";
import { maskedValues } from "./masked-values.ts";
import { matching } from "./matching.ts";
import { number } from "./number.ts";
import { ranking } from "./ranking.ts";
import { reconstruct } from "./reconstruct.ts";
import { sequence } from "./sequence.ts";
import { tags } from "./tags.ts";
import { vector } from "./vector.ts";
import type { RuntimeTarget } from "./runtime-target.ts";

/** Every kind of target, as it is read, measured and predicted. */
const targets: { readonly [Kind in TargetKind]: RuntimeTarget<Kind> } = {
  category,
  labels,
  number,
  vector,
  ranking,
  choice,
  contrastive,
  matching,
  aligned,
  masked,
  reconstruct,
  masked_classes: maskedClasses,
  masked_values: maskedValues,
  sequence,
  tags,
  boxes,
};

/** The table pairs each kind with its own rows and predictions, which TypeScript cannot follow through an index. */
export function runtimeTargetOf({ kind }: { readonly kind: TargetKind }): RuntimeTarget<TargetKind> {
  return targets[kind] as unknown as RuntimeTarget<TargetKind>;
}
