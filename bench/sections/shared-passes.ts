import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { NotInstalled } from "../candidate.ts";
import { median } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import type { Section } from "../section.ts";
import { RATE } from "../size.ts";
import { digits, factor, table } from "../table.ts";
import { suppliedSteps } from "../supplied-steps.ts";

const root = join(packageRoot(), "examples");
const batch = 32;
const counts = [2, 4, 8];
const names = ["genre", ...Array.from({ length: 7 }, (_, index) => `genre_${index + 2}`)];

/** Several tasks with small heads over one transformer of the middle size, on rows that have a label of each. */
const specification = `
  model bench
  modality sentence: text(max_length: 64, tokenizer: word_piece(4000), lowercase: true)
  stream read = sentence -> embed(128) -> positions -> transformer(layers: 4, heads: 4, dropout: 10%)
  ${names.map((name) => `task ${name} { from: mean(read)  head: linear(15)  target: category("genre", classes: 15) }`).join("\n  ")}
  dataset genres { path: "data/texts/genre.jsonl"  split: { column: "split" }  tasks: [${names.join(", ")}] }
  stage single { tasks: [genre]  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1 }
  ${counts
    .flatMap((count) => {
      const tasks = `tasks: [${names.slice(0, count).join(", ")}]`;
      const options = `${tasks}  optimizer: adam(rate: ${RATE})  batch: ${batch}  epochs: 1`;
      return [
        ...["shared", "own"].map((rows) => `stage ${rows}_${count} { step: joint(rows: ${rows})  ${options} }`),
        `stage pcgrad_${count} { step: joint  balance: pcgrad  ${options} }`,
      ];
    })
    .join("\n  ")}`;

export const sharedPasses: Section = {
  name: "heads",
  title: "Several tasks over one trunk",
  run: async ({ repetitions, note }) => {
    if (!existsSync(join(root, "data", "texts", "genre.jsonl")))
      throw new NotInstalled("`npm run data` prepares the texts");
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const program = programOf(specification);
    const data = await openData({ specification: program.specification, root, cache: "none" });
    const rows: string[][] = [];
    for (const count of counts) {
      const stages = ["single", `shared_${count}`, `pcgrad_${count}`, `own_${count}`];
      const candidates = stages.map((stage) => suppliedSteps(stage, { program, data }, engine));
      const samples = candidates.map((): number[] => []);
      for (const each of candidates) await each.steps(4);
      for (let round = 0; round < repetitions; round++) {
        note(`${count} tasks, round ${round + 1} of ${repetitions}`);
        for (const [index, each] of candidates.entries()) samples[index]?.push((await each.steps(4)).processor / 4);
      }
      for (const each of candidates) await each.dispose();
      const [single = [], ...others] = samples;
      rows.push([
        String(count),
        digits(median(single)),
        ...others.flatMap((sample) => [
          digits(median(sample)),
          factor(median(sample.map((each, index) => each / (single[index] ?? Number.NaN)))),
        ]),
      ]);
    }
    await data.close();
    await engine.dispose();
    return `Tasks with a head of 128 × 15 over one transformer of the middle size, on the sentences of the Brown corpus (\`npm run data\`), with dropout of 10 % and a batch of ${batch}, on one thread: a step of one task, and joint steps of several. \`shared\` computes the trunk once, forward and backward; \`pcgrad\` takes the gradient of each task from one forward pass; with \`own\` each task has rows of its own, and a pass. Milliseconds are processor time, including reading the rows and drawing random bytes; factors are medians over neighbouring repetitions.\n\n${table(
      ["tasks", "one task", "shared", "× one task", "`pcgrad`", "× one task", "`own`", "× one task"],
      rows,
    )}`;
  },
};
