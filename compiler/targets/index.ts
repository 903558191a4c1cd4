import type { ResolvedTarget } from "../schema/resolved.ts";
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
import type { Target, TargetDefinition, TargetKind } from "./target.ts";

/** Every kind of target. The schema describes its options. */
const targets: { readonly [Kind in TargetKind]: TargetDefinition<Kind> } = {
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

/** A target of a specification with all that follows from its kind. */
export function targetOf(target: ResolvedTarget): Target {
  return (targets[target.kind] as (target: ResolvedTarget) => Target)(target);
}

/** The modalities whose values the reader changes or draws for a target, anew for each epoch. */
export function madeModalities(target: ResolvedTarget): readonly string[] {
  return (targetOf(target).madeOf ?? []).flatMap(({ modality, values }) =>
    values === "changed" || values === "drawn" ? [modality] : [],
  );
}

/** The modalities whose values the reader needs for a target of the same row, which it changes or copies. */
export function readModalities(target: ResolvedTarget): readonly string[] {
  return (targetOf(target).madeOf ?? []).flatMap(({ modality, values }) =>
    values === "changed" || values === "copied" ? [modality] : [],
  );
}
