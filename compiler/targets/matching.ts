import { modalities } from "../schema/modalities.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition, TargetOf } from "./target.ts";

export const everyKind = Object.keys(modalities) as readonly ResolvedModality["kind"][];

/** The modality of each wrong pair of a training example that is replaced, and the column that lists the rows to replace it from. */
export interface NegativeDraw {
  readonly modality: string;
  readonly from?: string;
}

/** The wrong pairs of an example, in order; without a declaration one with either value replaced. */
export function negativesOf({ first, second, negatives, hard = {} }: TargetOf<"matching">): readonly NegativeDraw[] {
  const counts = negatives ?? { [first]: 1, [second]: 1 };
  return [
    ...Object.entries(counts).flatMap(([modality, count]) =>
      Array.from({ length: count }, (): NegativeDraw => ({ modality })),
    ),
    ...Object.entries(hard).map(([modality, from]): NegativeDraw => ({ modality, from })),
  ];
}

/** The pair of an example among pairs with values of other rows: one score for each, and the relevance of each. */
export const matching: TargetDefinition<"matching"> = (target) => {
  const { first, second, hard = {}, evaluate } = target;
  const train = 1 + negativesOf(target).length;
  return {
    description: `a score for ${first} and ${second} that belong together`,
    madeOf: [first, second].map((modality) => ({ modality, kinds: everyKind, values: "drawn" })),
    drawnRows: { candidates: { train, evaluate: evaluate ?? train }, columns: [...new Set(Object.values(hard))] },
    matches: [first, second],
    ranksCandidates: true,
    losses: ["listwise", "binary_cross_entropy"],
    defaultMetrics: [{ kind: "recall_at", k: 1 }, { kind: "mrr" }],
    features: (task) => [
      comparedFeature(task, {
        // There is no such candidate.
        empty: -1,
        dtype: "float32",
        shape: [task.candidates?.most ?? 1],
      }),
    ],
    outputs: () => [{ name: "scores", shape: [] }],
  };
};
