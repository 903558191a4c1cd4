import type { TextLengths } from "../../stage/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../schema/resolved.ts";

/**
 * The lengths at which a task's graphs are compiled, in ascending order; the last entry are the full lengths, `{}`. If
 * a task has several texts with buckets, their lengths increase together, so that there are no more combinations than
 * lengths of one text.
 */
export function bucketsOf(
  { inputs }: Pick<ResolvedTask, "inputs">,
  { modalities }: Pick<ResolvedSpecification, "modalities">,
): readonly TextLengths[] {
  const texts = inputs.flatMap(({ modality: name }) => {
    const modality = modalities[name];
    return modality?.kind === "text" && modality.buckets && modality.buckets.length > 0
      ? [{ name, buckets: modality.buckets }]
      : [];
  });
  const most = Math.max(0, ...texts.map(({ buckets }) => buckets.length));
  const shorter = Array.from({ length: most }, (_, level) =>
    Object.fromEntries(
      texts.map(({ name, buckets }) => [name, buckets[Math.max(0, level - most + buckets.length)] ?? 0]),
    ),
  );
  return [...shorter, {}];
}
