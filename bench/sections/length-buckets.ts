import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { FrozenPrefixes } from "../../runtime/train/step/frozen-prefixes.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import { openLengthBuckets } from "../../runtime/train/supply/length-buckets.ts";
import { validate } from "../../runtime/train/phase/validate.ts";
import { type Candidate, NotInstalled } from "../candidate.ts";
import { initialStore } from "../graph-candidate.ts";
import { median } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import type { Section } from "../section.ts";
import { type Side, suppliedSteps } from "../supplied-steps.ts";
import { RATE } from "../size.ts";
import { digits, factor, table } from "../table.ts";
import { timedSteps } from "../timed-steps.ts";

const root = join(packageRoot(), "examples");
const batch = 32;
const buckets = [16, 24, 32];
const tasks = ["genre", "genre_2", "genre_3", "genre_4"];

/** The middle size on the sentences of the Brown corpus. For mixed steps there are several tasks with the same rows. */
const specification = (lengths: readonly number[]): string => `
  model bench
  modality sentence: text(max_length: 64, buckets: [${lengths.join(", ")}], tokenizer: word_piece(4000), lowercase: true)
  stream read = sentence -> embed(128) -> positions -> transformer(layers: 4, heads: 4, dropout: 10%)
  ${tasks.map((name) => `task ${name} { from: mean(read)  head: linear(15)  target: category("genre", classes: 15) }`).join("\n  ")}
  dataset genres { path: "data/texts/genre.jsonl"  split: { column: "split" }  tasks: [${tasks.join(", ")}] }
  stage single { tasks: [genre]  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }
  stage mixed { step: mixed  sampler: uniform  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }
  stage uncertain { step: mixed  sampler: uncertainty(candidates: ${batch})  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }`;

interface Case {
  readonly name: string;
  /** The steps of a repetition, enough that all lengths occur in proportion. */
  readonly steps: number;
  /** The steps before the first repetition, in which the graphs are compiled. */
  readonly warm: number;
  readonly open: (side: Side, engine: Engine) => Candidate;
}

const cases: readonly Case[] = [
  { name: "a step of one task", steps: 30, warm: 30, open: (side, engine) => suppliedSteps("single", side, engine) },
  {
    name: `a mixed step of ${tasks.length} tasks`,
    steps: 10,
    warm: 60,
    open: (side, engine) => suppliedSteps("mixed", side, engine),
  },
  {
    name: `the same with \`uncertainty\` and ${batch} candidates a task`,
    steps: 10,
    warm: 60,
    open: (side, engine) => suppliedSteps("uncertain", side, engine),
  },
  { name: "the evaluation of a batch", steps: 1, warm: 1, open: evaluation },
];

export const lengthBuckets: Section = {
  name: "buckets",
  title: "Batches of texts of similar length",
  run: async ({ repetitions, note }) => {
    if (!existsSync(join(root, "data", "texts", "genre.jsonl")))
      throw new NotInstalled("`npm run data` prepares the texts");
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const sides = [await openSide([]), await openSide(buckets)];
    const rows: string[][] = [];
    for (const { name, steps, warm, open } of cases) {
      note(name);
      const candidates = sides.map((side) => open(side, engine));
      const samples = candidates.map((): number[] => []);
      for (const each of candidates) await each.steps(warm);
      for (let round = 0; round < repetitions; round++) {
        note(`round ${round + 1} of ${repetitions}`);
        for (const [index, each] of candidates.entries())
          samples[index]?.push((await each.steps(steps)).processor / steps);
      }
      for (const each of candidates) await each.dispose();
      const [full = [], grouped = []] = samples;
      rows.push([
        name,
        digits(median(full)),
        digits(median(grouped)),
        factor(median(full.map((sample, index) => sample / (grouped[index] ?? Number.NaN)))),
      ]);
    }
    for (const { data } of sides) await data.close();
    await engine.dispose();
    return `The sentences of the Brown corpus (\`npm run data\`), a transformer of the middle size with a vocabulary of 4,000, dropout of 10 % and a batch of ${batch}, on one thread. Every sentence is padded to 64 tokens, or to the shortest of several lengths that it fits (\`buckets\`). Milliseconds are processor time, including reading the rows and drawing random bytes; the gain is the median over neighbouring repetitions. A repetition is ${cases
      .slice(0, -1)
      .map(({ steps }) => steps)
      .join(
        ", ",
      )} steps, or the whole validation split.\n\n${table(["", "64", `${buckets.join(", ")}, 64`, "gain"], rows)}`;
  },
};

async function openSide(lengths: readonly number[]): Promise<Side> {
  const program = programOf(specification(lengths));
  return { program, data: await openData({ specification: program.specification, root, cache: "none" }) };
}

/** Evaluation: a step evaluates the validation split of a task. Its time is divided by the number of batches. */
function evaluation({ program, data }: Side, engine: Engine): Candidate {
  const plan = program.plan("single");
  const store = initialStore(plan);
  const executables = new StageExecutables(engine, plan, store);
  const prefixes = new FrozenPrefixes({ plan, engine, store, data });
  const buckets = openLengthBuckets(plan, data);
  const batches = Math.ceil(data.rows("genre", "validation") / batch);
  return {
    name: "evaluation",
    steps: async (count) => {
      const { milliseconds, processor, loss } = await timedSteps(count, async () => {
        const [measured] = await validate({ program, plan, executables, prefixes, data, buckets, split: "validation" });
        return measured?.value ?? Number.NaN;
      });
      return { milliseconds: milliseconds / batches, processor: processor / batches, loss };
    },
    dispose: async () => {
      await prefixes.close();
      await executables.dispose();
    },
  };
}
