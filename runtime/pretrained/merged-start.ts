import type { ResolvedMerge } from "../../compiler/schema/resolved.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { sha256 } from "../host/hashing.ts";
import { mergeWeights } from "./merge-weights.ts";
import type { WarmStart } from "./warm-start.ts";

/**
 * The start of `init: merge(…)`. `opened` are the starts of its models and, if it names a base, then that of the base; otherwise the base is
 * what the stage before has left.
 */
export function mergedStart({ of, base, method }: ResolvedMerge, opened: readonly WarmStart[]): WarmStart {
  const models = opened.slice(0, of.length);
  const named = base ? opened.at(-1) : undefined;
  return {
    reports: opened.flatMap(({ reports }) => reports),
    sha256: sha256(opened.map((start) => start.sha256).join("\n")),
    scales: opened.flatMap(({ scales }) => scales),
    taken: new Set(models.flatMap(({ taken }) => [...taken])),
    over: async (carried, seed) => {
      const tables: Tensors[] = [];
      for (const model of models) tables.push(takenBy(model, await model.over(carried, seed)));
      const begun = named ? takenBy(named, await named.over(carried, seed)) : carried;
      return new Map([...carried, ...mergeWeights(method, tables, begun)]);
    },
  };
}

function takenBy({ taken }: WarmStart, weights: Tensors): Tensors {
  return new Map([...weights].filter(([key]) => taken.has(key)));
}
