import { batch, how, openHeads, specificationOfHeads, stepsOfStages, taskNames, where } from "../heads.ts";
import { median } from "../interleave.ts";
import type { Section } from "../section.ts";
import { RATE } from "../size.ts";
import { digits, factor, table } from "../table.ts";

const tasks = taskNames.slice(0, 4);

/** Their factors follow from dot products of the tasks' gradients. */
const byGradients = ["gradnorm", "pcgrad", "mgda", "cagrad", "nash_mtl", "aligned_mtl", "upgrad"];

const balances = [
  "fixed",
  "homoscedastic",
  "dwa",
  "random_loss_weighting",
  "famo(losses: next_batch)",
  "famo(losses: same_batch)",
  "stch",
  ...byGradients,
  ...byGradients.map((balance) => `${balance}(of: representation)`),
];

const stageOf = (balance: string): string => `balanced_${balance.replaceAll(/\W+/g, "_")}`;

const specification = specificationOfHeads(
  balances.map(
    (balance) =>
      `stage ${stageOf(balance)} { step: joint  balance: ${balance}  tasks: [${tasks.join(", ")}]  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }`,
  ),
);

export const costOfBalances: Section = {
  name: "balances",
  title: "The cost of each balance",
  run: async ({ repetitions, note }) => {
    const heads = await openHeads(specification);
    const samples = await stepsOfStages(balances.map(stageOf), heads, {
      repetitions,
      note: (round) => note(`round ${round} of ${repetitions}`),
    });
    await heads.close();
    const [fixed = []] = samples;
    return `${where}: joint steps of ${tasks.length} tasks that share their rows, with each [balance](../docs/balances.md). ${how} Two sessions of one and the same graph can differ by a quarter, so that smaller differences say nothing.\n\n${table(
      ["balance", "milliseconds", "∕ `fixed`"],
      balances.map((balance, index) => {
        const sample = samples[index] ?? [];
        const relative = sample.map((each, round) => each / (fixed[round] ?? Number.NaN));
        return [`\`${balance}\``, digits(median(sample)), factor(median(relative))];
      }),
    )}`;
  },
};
