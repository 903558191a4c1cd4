import { roleName } from "../../compiler/graph/graph.ts";
import { AVERAGE } from "../../compiler/differentiate/weight-average.ts";
import type { StagePlan, StageWeight } from "../../compiler/plan.ts";
import type { TensorStore } from "./tensor-store.ts";
import type { UpdateCounts } from "./update-counts.ts";

interface AveragedWeightsParts {
  readonly plan: Pick<StagePlan, "stage" | "weights">;
  readonly store: TensorStore;
  readonly counts: UpdateCounts;
}

/** The averages that a stage keeps of its weights. Without `average` there are none, and nothing happens here. */
export class AveragedWeights {
  readonly #averaged: readonly StageWeight[];
  readonly #store: TensorStore;
  readonly #counts: UpdateCounts;

  constructor({ plan, store, counts }: AveragedWeightsParts) {
    this.#averaged = plan.stage.average ? plan.weights.filter(({ kind, trainable }) => kind === "weight" && trainable) : [];
    this.#store = store;
    this.#counts = counts;
  }

  /** While `use` runs, the store has averages in the place of weights, and weights in that of averages. */
  async inPlace<Result>(use: () => Promise<Result>): Promise<Result> {
    this.exchange();
    try {
      return await use();
    } finally {
      this.exchange();
    }
  }

  /** A weight that was not updated yet has no average, and stays. */
  exchange(): void {
    for (const { name, class: updateClass } of this.#averaged) {
      if (this.#counts.of(updateClass) > 0) this.#store.exchange(roleName({ kind: "weight", weight: name }), roleName({ kind: "slot", weight: name, slot: AVERAGE }));
    }
  }
}
