import { type Outcomes, experiment } from "./experiment.ts";
import { type Changes, stageTrainer } from "./stages.ts";
import { meanAndDeviation, ofSeeds, table } from "./table.ts";
import type { Outcome } from "./variant.ts";

const vocabulary = 'word_piece(6000, file: "base/vocab.txt")';
const fromBase = 'init: from("base/model.safetensors")';

interface Example {
  readonly specification: string;
  /** The stage that begins with the base. */
  readonly stage: string;
  readonly metrics: readonly (readonly [task: string, metric: string])[];
  /** The sizes and the vocabulary of `base.mtl`. */
  readonly likeBase: Changes;
  /** The first change of the stage's text, after which it has `steps` steps. */
  readonly limited: (steps: number) => Changes;
  /** The training before the stage, where it does not begin with the base; by default there is none. */
  readonly before?: string;
}

const examples: Readonly<Record<string, Example>> = {
  "mt_dnn.mtl": {
    specification: "mt_dnn.mtl",
    stage: "joint",
    metrics: [
      ["genre", "accuracy"],
      ["relation", "accuracy"],
      ["similarity", "pearson"],
      ["kind", "accuracy"],
    ],
    likeBase: [
      ["max_length: 32", "max_length: 31"],
      ["word_piece(4000)", vocabulary],
      ["width: int in 16..768 = 48", "width: int in 16..768 = 128"],
    ],
    limited: (steps) => [["epochs: 3", `steps: ${steps}`]],
  },
  "ca_mtl.mtl": {
    specification: "ca_mtl.mtl",
    stage: "joint",
    before: "read",
    metrics: [
      ["sense", "accuracy"],
      ["genre", "accuracy"],
      ["spam", "accuracy"],
      ["valence", "pearson"],
    ],
    likeBase: [
      ["word_piece(4000)", vocabulary],
      ["width: int in 32..768 = 64", "width: int in 32..768 = 128"],
      ["layers: 4", "layers: 2"],
    ],
    limited: (steps) => [
      ["context.encoder.{0..1}.**", "context.encoder.0.**"],
      ["sampler: uncertainty(candidates: 32, score: code, proxy: { valence: spam })", "sampler: uniform"],
      ["steps: 600", `steps: ${steps}`],
    ],
  },
};

/** MT-DNN and CA-MTL, begun with the pretrained encoder, and as they begin otherwise. */
export const baseStart = experiment({
  summary: "MT-DNN's and CA-MTL's examples begun with the pretrained encoder, and without it",
  seeds: 3,
  settings: { steps: 600 },
  trainSeed: async ({ seed, settings: { steps }, train }) => {
    const outcomes = new Map<string, Outcome>();
    for (const [name, { specification, stage, before, likeBase, limited }] of Object.entries(examples)) {
      const trainStage = await stageTrainer({ specification, seed, train });
      const first =
        before === undefined ? undefined : await trainStage(`${name} before`, before, { changes: likeBase });
      const starts = { without: first && `init: from(path: "${first.folder}", checkpoint: last)`, with: fromBase };
      for (const [start, init] of Object.entries(starts))
        outcomes.set(
          nameOf(name, start),
          await trainStage(nameOf(name, start), stage, {
            changes: [
              ...likeBase,
              ...limited(steps),
              ...(init === undefined ? [] : [[`stage ${stage} {`, `stage ${stage} {\n  ${init}`] as const]),
            ],
          }),
        );
    }
    return outcomes;
  },
  page: ({ outcomes, seeds, settings: { steps } }) =>
    Promise.resolve(
      [
        ...Object.entries(examples).map(([name, { metrics }]) =>
          table(
            [`\`${name}\``, ...metrics.map(([task, metric]) => `${task}, ${metric}`)],
            ["without", "with"].map((start) => [
              `${start} the base`,
              ...metrics.map((each) => scores(outcomes, nameOf(name, start), each)),
            ]),
          ),
        ),
        `Test scores in %, ${ofSeeds(seeds)}, after ${steps} steps.`,
      ].join("\n\n"),
    ),
});

const nameOf = (name: string, start: string): string => `${name} ${start}`;

function scores(outcomes: Outcomes, name: string, [task, metric]: readonly [string, string]): string {
  return meanAndDeviation(
    (outcomes.get(name) ?? []).map(
      ({ results }) =>
        100 *
        (results.find((result) => result.task === task && result.split === "test" && result.name === metric)?.value ??
          Number.NaN),
    ),
  );
}
