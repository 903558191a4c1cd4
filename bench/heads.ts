import { existsSync } from "node:fs";
import { join } from "node:path";
import { type OpenedData, openData } from "../runtime/data/open-data.ts";
import type { Engine } from "../runtime/engines/engine.ts";
import { openEngine } from "../runtime/engines/open-engine.ts";
import { packageRoot } from "../runtime/host/package-root.ts";
import type { Program } from "../runtime/train/program.ts";
import { NotInstalled } from "./candidate.ts";
import { programOf } from "./program-of.ts";
import { suppliedSteps } from "./supplied-steps.ts";

const root = join(packageRoot(), "examples");

export const batch = 32;

export const where = `Tasks with a head of 128 × 15 over one transformer of the middle size, on the sentences of the Brown corpus (\`npm run data\`), with dropout of 10 % and a batch of ${batch}, on one thread`;

export const how =
  "Milliseconds are processor time, including reading the rows and drawing random bytes; factors are medians over neighbouring repetitions.";

export const taskNames = ["genre", ...Array.from({ length: 7 }, (_, index) => `genre_${index + 2}`)];

/** Several tasks with small heads over one transformer of the middle size, on rows that have a label of each. */
export function specificationOfHeads(stages: readonly string[]): string {
  return `
  model bench
  modality sentence: text(max_length: 64, tokenizer: word_piece(4000), lowercase: true)
  stream read = sentence -> embed(128) -> positions -> transformer(layers: 4, heads: 4, dropout: 10%)
  ${taskNames.map((name) => `task ${name} { from: mean(read)  head: linear(15)  target: category("genre", classes: 15) }`).join("\n  ")}
  dataset genres { path: "data/texts/genre.jsonl"  split: { column: "split" }  tasks: [${taskNames.join(", ")}] }
  ${stages.join("\n  ")}`;
}

/** Training over the rows of that data. */
export interface Heads {
  readonly program: Program;
  readonly data: OpenedData;
  readonly engine: Engine;
  close(): Promise<void>;
}

export async function openHeads(specification: string): Promise<Heads> {
  if (!existsSync(join(root, "data", "texts", "genre.jsonl")))
    throw new NotInstalled("`npm run data` prepares the texts");
  const engine = await openEngine({ engine: "onnx:native", threads: 1 });
  const program = programOf(specification);
  const data = await openData({ specification: program.specification, root, cache: "none" });
  return {
    program,
    data,
    engine,
    close: async () => {
      await data.close();
      await engine.dispose();
    },
  };
}

/** Milliseconds of processor time of a step of each stage, in each repetition. The repetitions of the stages alternate. */
export async function stepsOfStages(
  stages: readonly string[],
  { program, data, engine }: Heads,
  { repetitions, note }: { readonly repetitions: number; readonly note: (round: number) => void },
): Promise<readonly (readonly number[])[]> {
  const candidates = stages.map((stage) => suppliedSteps(stage, { program, data }, engine));
  const samples = candidates.map((): number[] => []);
  for (const each of candidates) await each.steps(4);
  for (let round = 0; round < repetitions; round++) {
    note(round + 1);
    for (const [index, each] of candidates.entries()) samples[index]?.push((await each.steps(4)).processor / 4);
  }
  for (const each of candidates) await each.dispose();
  return samples;
}
