import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportWithTraining } from "../../runtime/export/torch/export-with-training.ts";
import { train } from "../../runtime/index.ts";
import { generator } from "../../runtime/random/generator.ts";

/** Three tasks, of which two share their rows, over one trunk with dropout. */
export const specification = (stage: string): string => `model toy
modality x: tensor(4)
stream seen = x -> linear(8) -> relu -> dropout(10%) -> repeat(2) { it -> hidden }
block hidden(x: stream): stream { return x + relu(linear(x, width(x))) }
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3)  metrics: [accuracy, f1] }
task size { from: seen  head: linear(1)  target: number("size")  metrics: [rmse, r2] }
task tags { from: seen  head: linear(2)  target: labels("tags", classes: 2)  metrics: [f1] }
dataset many { path: { train: "many-train.jsonl", validation: "many-validation.jsonl" }  tasks: [kind] }
dataset few { path: { train: "few-train.jsonl", validation: "few-validation.jsonl" }  tasks: [size, tags] }
stage fit {
  ${stage.includes("optimizer") ? "" : "optimizer: adamw(rate: 1e-2)"}  schedule: cosine(warmup: 10%)  clip: 1  batch: 8  steps: 20
  ${stage.includes("checkpoint") ? "" : "checkpoint: checkpoint(every: 5)"}
  ${stage}
}
`;

/** Writes the rows of the toy project into a folder. */
export function writeRows(folder: string): void {
  for (const [name, count] of [
    ["many-train", 90],
    ["many-validation", 22],
    ["few-train", 35],
    ["few-validation", 13],
  ] as const) {
    const random = generator(1, "toy", name);
    const lines = Array.from({ length: count }, (_, row) => {
      const x = Array.from({ length: 4 }, () => random.normal());
      const [a = 0, b = 0, c = 0] = x;
      const labels = { kind: ["low", "middle", "high"][a > 0.5 ? 2 : a > -0.5 ? 1 : 0] };
      const shared = {
        ...(row % 5 === 0 ? {} : { size: 3 + 2 * a - b }),
        tags: [...(b > 0 ? ["up"] : []), ...(c > a ? ["far"] : [])],
      };
      return JSON.stringify({ x, ...(name.startsWith("many") ? labels : shared) });
    });
    writeFileSync(join(folder, `${name}.jsonl`), `${lines.join("\n")}\n`);
  }
}

export interface ToyExport {
  readonly folder: string;
  /** Notes on what `train.py` will refuse. */
  readonly notes: readonly string[];
}

/** Exports a stage of the toy project with what trains it. */
export function exportToy(root: string, name: string, stage: string): Promise<ToyExport> {
  return exportSource(root, name, specification(stage));
}

/** Exports a specification with what trains it. */
export async function exportSource(root: string, name: string, text: string): Promise<ToyExport> {
  const source = join(root, `${name}.mtl`);
  writeFileSync(source, text);
  const folder = join(root, `${name}-torch`);
  const notes: string[] = [];
  await exportWithTraining(folder, { source, onNote: (note) => notes.push(note) });
  return { folder, notes };
}

/** Trains the same stage with mtl. Returns the folder of the run. */
export async function trainToy(root: string, name: string): Promise<string> {
  const { folder } = await train({
    specification: join(root, `${name}.mtl`),
    runs: join(root, "runs"),
    threads: 1,
    tensorboard: false,
    interrupt: new AbortController().signal,
  });
  return folder;
}

export interface Logged {
  readonly step: number;
  readonly epoch: number | null;
  readonly task: string | null;
  readonly split: string;
  readonly name: string;
  readonly value: number | null;
}

export function readLog(run: string): readonly Logged[] {
  return readFileSync(join(run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Logged);
}

export function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "mtl-torch-"));
  writeRows(root);
  return root;
}
