import { correlations } from "../data/correlated.ts";
import { experiment } from "./experiment.ts";
import { mean, meanAndDeviation, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

/** The rows of the table, with the values of the param `architecture`. */
const architectures: Readonly<Record<string, string>> = {
  "shared bottom": "shared_bottom",
  OMoE: "omoe",
  MMoE: "mmoe",
};

const nameOf = (architecture: string, correlation: number): string => `${architecture} at ${correlation}`;

export const mmoeCorrelation = experiment({
  summary: "a shared bottom, OMoE and MMoE on two synthetic regressions as their correlation falls",
  seeds: 4,
  settings: { epochs: 30 },
  trainSeed: async ({ seed, settings: { epochs }, train }) => {
    const outcomes = new Map<string, Outcome>();
    for (const correlation of correlations)
      for (const [name, architecture] of Object.entries(architectures))
        outcomes.set(
          nameOf(name, correlation),
          await train({
            name: `${architecture}-${correlation}`,
            specification: "experiments/mmoe_correlation.mtl",
            seed,
            changes: [
              ["second_100", `second_${correlation}`],
              ["epochs: 30", `epochs: ${epochs}`],
            ],
            options: { set: { architecture } },
          }),
        );
    return outcomes;
  },
  page: async ({ outcomes, seeds, settings: { epochs } }) => {
    const lossesAt = (name: string, correlation: number): readonly number[] =>
      (outcomes.get(nameOf(name, correlation)) ?? []).map(lossOf);
    const rise = (name: string): number =>
      mean(lossesAt(name, correlations[correlations.length - 1] ?? 0)) / mean(lossesAt(name, correlations[0]));
    return [
      `Squared error on the test split in % of the labels' variance, mean of both tasks, of the best checkpoint on validation; mean ± standard deviation of ${seeds} seeds, ${epochs} epochs. The last column is the mean of the column before it, divided by that of the first.`,
      table(
        ["architecture", ...correlations.map((correlation) => `correlation ${correlation / 100}`), "rise"],
        Object.keys(architectures).map((name) => [
          name,
          ...correlations.map((correlation) => meanAndDeviation(lossesAt(name, correlation), 2)),
          `× ${rise(name).toFixed(2)}`,
        ]),
      ),
    ].join("\n\n");
  },
});

function lossOf({ results }: Outcome): number {
  return 100 * mean(results.filter(({ split, name }) => split === "test" && name === "loss").map(({ value }) => value));
}
