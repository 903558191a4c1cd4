import { type Outcomes, experiment } from "./experiment.ts";
import { type Changes, begunFrom, stageTrainer } from "./stages.ts";
import { meanAndDeviation, table } from "./table.ts";

const specification = "madx.mtl";

/** The ways to learn the task in English, with what a German name goes through. The first begins with the encoder, the others with the adapters of both languages. */
const ways: Readonly<Record<string, { readonly from: "base" | "languages"; readonly changes: Changes }>> = {
  "no adapters of a language": {
    from: "base",
    changes: [['with: { adapters: "task" }', 'with: { adapters: "task_alone" }']],
  },
  "the English adapters": {
    from: "languages",
    changes: [['with: { adapters: "task" }', 'with: { adapters: "task", through: "english" }']],
  },
  "the German adapters": { from: "languages", changes: [] },
};

/** MAD-X's transfer to a language without labels, against adapters of the wrong language and none. */
export const madx = experiment({
  summary:
    "MAD-X's zero-shot transfer: a task learnt in English is done in German, with and without adapters of the languages",
  seeds: 3,
  settings: { translations: 300 },
  trainSeed: async ({ seed, settings: { translations }, train }) => {
    const trainStage = await stageTrainer({ specification, seed, train });
    const options = { set: { translations: `${translations}` } };
    const base = await trainStage("base", "base", { options, changes: [] });
    const languages = await trainStage("languages", "languages", { options, changes: begunFrom("languages", base) });
    const outcomes = new Map([
      ["base", base],
      ["languages", languages],
    ]);
    for (const [way, { from, changes }] of Object.entries(ways))
      outcomes.set(
        way,
        await trainStage(way, "transfer", {
          options,
          changes: [...changes, ...begunFrom("transfer", outcomes.get(from))],
        }),
      );
    return outcomes;
  },
  page: ({ outcomes, seeds, settings: { translations } }) =>
    Promise.resolve(
      [
        table(
          ["a German name goes through", "group of English names", "group of German names"],
          [
            ["*baseline: the most frequent group*", "25.5", "25.5"],
            ...Object.keys(ways).map((way) => [
              way,
              accuracies(outcomes, way, "group_english"),
              accuracies(outcomes, way, "group_german"),
            ]),
          ],
        ),
        table(
          ["hidden words are predicted by", "English texts", "German texts"],
          [
            ["the encoder alone", ...readings(outcomes, "base")],
            ["the encoder with the language's adapters", ...readings(outcomes, "languages")],
          ],
        ),
        `Accuracy on the test split in %, mean ± standard deviation of ${seeds} seeds. The encoder has read ${translations} German texts, each together with its English one; the German adapters have read all 1,175.`,
      ].join("\n\n"),
    ),
});

const readings = (outcomes: Outcomes, stage: string): readonly string[] =>
  ["read_english", "read_german"].map((task) => accuracies(outcomes, stage, task));

function accuracies(outcomes: Outcomes, way: string, task: string): string {
  const values = (outcomes.get(way) ?? []).map(
    ({ results }) =>
      100 *
      (results.find((result) => result.task === task && result.split === "test" && result.name === "accuracy")?.value ??
        Number.NaN),
  );
  return meanAndDeviation(values);
}
