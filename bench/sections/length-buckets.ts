import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../compiler/host.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { LoadedSteps } from "../../runtime/train/loaded-steps.ts";
import { taskOf } from "../../runtime/train/program.ts";
import { StepSupply } from "../../runtime/train/step-supply.ts";
import { type Candidate, NotInstalled } from "../candidate.ts";
import { executorOf, initialStore } from "../graph-candidate.ts";
import { median } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import type { Section } from "../section.ts";
import { RATE } from "../size.ts";
import { digits, factor, table } from "../table.ts";
import { timedSteps } from "../timed-steps.ts";

const root = join(packageRoot(), "examples");
const batch = 32;
const buckets = [16, 24, 32];
/** So many that all lengths come in their share. */
const stepsAtOnce = 30;

/** The middle size, over the sentences of the Brown corpus. */
const specification = (lengths: readonly number[]): string => `
  model bench
  modality sentence: text(most: 64, buckets: [${lengths.join(", ")}], tokenizer: word_piece(4000), lowercase: true)
  stream read = sentence -> embed(128) -> positions -> transformer(layers: 4, heads: 4, dropout: 10%)
  task genre { from: mean(read)  head: linear(15)  target: category("genre", classes: 15) }
  dataset genres { path: "data/texts/genre.jsonl"  split: { column: "split" }  tasks: [genre] }
  stage fit { optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }`;

export const lengthBuckets: Section = {
  name: "buckets",
  title: "Texts in batches of like length",
  run: async ({ repetitions, note }) => {
    if (!existsSync(join(root, "data", "texts", "genre.jsonl"))) throw new NotInstalled("`npm run data` prepares the texts");
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const candidates = [await candidate("64", [], engine), await candidate([...buckets, 64].join(", "), buckets, engine)];
    const samples = candidates.map((): number[] => []);
    // The first round compiles and warms up.
    for (let round = -1; round < repetitions; round++) {
      note(`round ${round + 2} of ${repetitions + 1}`);
      for (const [index, each] of candidates.entries()) {
        const { processor } = await each.steps(stepsAtOnce);
        if (round >= 0) samples[index]?.push(processor / stepsAtOnce);
      }
    }
    for (const each of candidates) await each.dispose();
    await engine.dispose();
    const [full = [], grouped = []] = samples;
    const gain = median(full.map((sample, index) => sample / (grouped[index] ?? Number.NaN)));
    const rows = candidates.map(({ name }, index) => [name, digits(median(samples[index] ?? []))]);
    return `Training on the sentences of the Brown corpus (\`npm run data\`), a transformer of the middle size with a vocabulary of 4,000, dropout of 10 % and a batch of ${batch}, on one thread: every sentence at the length of 64 tokens, or at the shortest of several that its batch fits (\`buckets\`). With reading and with random bytes; a repetition is ${stepsAtOnce} steps of an epoch. Milliseconds are those that the processors worked. The gain is ${factor(gain)}, the median of neighbouring repetitions.\n\n${table(["compiled lengths", "processor milliseconds a step"], rows)}`;
  },
};

/** Steps as the trainer makes them: the next one is read while one runs. */
async function candidate(name: string, lengths: readonly number[], engine: Engine): Promise<Candidate> {
  const program = programOf(specification(lengths));
  const data = await openData({ specification: program.specification, root, cache: "none" });
  const plan = program.plan("fit");
  const steps = new LoadedSteps(engine, plan, initialStore(plan));
  const executor = executorOf(plan, steps);
  const supply = new StepSupply({
    plan,
    phase: plan.stage.name,
    seed: 1,
    data,
    taskOf: (task) => taskOf(program, task),
    inputsOf: (task, variant) => steps.graph({ kind: steps.training, task, variant }).inputs,
    predictor: (task, variant) => steps.get({ kind: "predict", task, variant }),
  });
  let made = 0;
  let upcoming = supply.prepare(0);
  return {
    name,
    steps: (count) =>
      timedSteps(count, async () => {
        const running = executor.run(await upcoming, 1);
        upcoming = supply.prepare(++made);
        return (await running).loss;
      }),
    dispose: async () => {
      await upcoming;
      await steps.dispose();
      await data.close();
    },
  };
}
