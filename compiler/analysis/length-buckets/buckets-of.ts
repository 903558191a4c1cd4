import type { TextLengths } from "../../stage/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../schema/resolved.ts";

/**
 * The lengths at which a task's graphs are compiled, shortest first; the last are the full ones, `{}`. Where a task has several texts with buckets, the
 * next longer length of one goes with that of the others, so that there are no more lengths than one text has.
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
