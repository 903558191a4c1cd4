import { roleName, sizeOf } from "../../../compiler/graph/graph.ts";
import { AVERAGE, averageShare } from "../../../compiler/differentiate/weight-average.ts";
import type { StagePlan, StageWeight } from "../../../compiler/stage/plan.ts";
import type { TensorStore } from "./tensor-store.ts";
import type { UpdateCounts } from "./update-counts.ts";

interface AveragedWeightsParts {
  readonly plan: Pick<StagePlan, "stage" | "weights">;
  readonly store: TensorStore;
  readonly counts: UpdateCounts;
}

/** The averages that a stage keeps of its weights. Without `average` there are none, and the methods have no effect. */
export class AveragedWeights {
  readonly #rule: StagePlan["stage"]["average"];
  readonly #averaged: readonly StageWeight[];
  readonly #store: TensorStore;
  readonly #counts: UpdateCounts;

  constructor({ plan, store, counts }: AveragedWeightsParts) {
    this.#rule = plan.stage.average;
    this.#averaged = plan.stage.average
      ? plan.weights.filter(({ kind, trainable }) => kind === "weight" && trainable)
      : [];
    this.#store = store;
    this.#counts = counts;
  }

  /**
   * Updates averages over steps: a weight that the latest step did not change is averaged here; the others were
   * averaged in their update.
   */
  afterStep(): void {
    if (this.#rule?.count !== "steps") return;
    const { steps: step } = this.#counts;
    const share = averageShare(this.#rule, { count: step, step });
    for (const weight of this.#averaged) {
      if (this.#counts.isLatest(weight.class)) continue;
      const slot = averageOf(weight);
      if (!this.#store.has(slot))
        this.#store.set(slot, { shape: weight.shape, data: new Float32Array(sizeOf(weight.shape)) });
      const [average, own] = [
        this.#store.current(slot),
        this.#store.current(roleName({ kind: "weight", weight: weight.name })),
      ];
      for (let at = 0; at < average.length; at++)
        average[at] = (average[at] ?? 0) + share * ((own[at] ?? 0) - (average[at] ?? 0));
    }
  }

  /** Exchanges averages and weights in the store while `use` runs. */
  async inPlace<Result>(use: () => Promise<Result>): Promise<Result> {
    this.exchange();
    try {
      return await use();
    } finally {
      this.exchange();
    }
  }

  /** Exchanges averages and weights. A weight that was not updated yet has no average, and is not exchanged. */
  exchange(): void {
    for (const weight of this.#averaged) {
      const counted = this.#rule?.count === "steps" ? this.#counts.steps : this.#counts.of(weight.class);
      if (counted > 0) this.#store.exchange(roleName({ kind: "weight", weight: weight.name }), averageOf(weight));
    }
  }
}

function averageOf({ name }: Pick<StageWeight, "name">): string {
  return roleName({ kind: "slot", weight: name, slot: AVERAGE });
}
