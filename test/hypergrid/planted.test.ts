import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { train } from "../../runtime/index.ts";

// A teacher has two matrices of 16 × 16, and for each of 8 tasks a grid of 4 × 4 gates that are 0 or 1. Students have the same matrices and a vector of the task, which is
// added before the activation; one of them also makes gates of that vector.

const [tasks, size, side] = [8, 16, 4];
const folder = mkdtempSync(join(tmpdir(), "mtl-planted-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const specification = `model planted
modality x: tensor(${size})
modality which: tensor(${tasks})

block student(gated: bool): vector {
  let condition = linear(which, 8, bias: false, init: normal(0.5))
  let hidden = relu(linear(x, ${size}) + linear(condition, ${size}, bias: false)) -> as_token
  weight bias[${size}] = zeros
  let gates = if gated then grid_gates(hidden, condition: condition, rows: ${side}, columns: ${side}, init: normal(0.5)) else none
  let output = if gated then grid_linear(hidden, ${size}, gates: gates) else linear(hidden, ${size}, bias: false)
  return output.first + bias
}

task gated { from: student(true)  head: identity  target: vector("y", size: ${size}) }
task plain { from: student(false)  head: identity  target: vector("y", size: ${size}) }

dataset d { path: "rows.jsonl"  split: { column: "split" }  tasks: [gated, plain] }
stage fit { tasks: all  step: joint  optimizer: adam(rate: 1e-2)  batch: 128  steps: 600  checkpoint: checkpoint(every: 100%) }
`;

function writeRows(seed: number): string {
  const random = generator(seed, "planted");
  const table = (rows: number, columns: number, value: () => number): readonly (readonly number[])[] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, value));
  const normals = () => table(size, size, () => random.normal() / 4);
  const [first, second] = [normals(), normals()];
  const gates = table(tasks, side * side, () => random.below(2));
  const times = (vector: readonly number[], matrix: readonly (readonly number[])[]): readonly number[] =>
    Array.from({ length: size }, (_, column) =>
      vector.reduce((sum, value, row) => sum + value * (matrix[row]?.[column] ?? Number.NaN), 0),
    );
  const region = (index: number): number => Math.floor(index / (size / side));
  const rows = Array.from({ length: 5120 }, (_, index) => {
    const task = index % tasks;
    const x = Array.from({ length: size }, () => random.normal());
    const gated = second.map((row, p) =>
      row.map((value, q) => value * (gates[task]?.[side * region(p) + region(q)] ?? Number.NaN)),
    );
    const y = times(
      times(x, first).map((value) => Math.max(value, 0)),
      gated,
    );
    const which = Array.from({ length: tasks }, (_, each) => Number(each === task));
    return { x, which, y, split: index < 4096 ? "train" : index < 4352 ? "validation" : "test" };
  });
  const own = mkdtempSync(join(folder, "seed-"));
  writeFileSync(join(own, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(own, "planted.mtl"), specification);
  return own;
}

test("gates of a task learn what a teacher's gates do, better than the task's vector alone, in the mean of three seeds", async () => {
  const shares: number[] = [];
  for (const seed of [1, 2, 3]) {
    const own = writeRows(seed);
    const { results } = await train({ specification: join(own, "planted.mtl"), runs: own, seed, threads: 1 });
    // Targets are standardised, so that a mean squared error is relative to the variance.
    const error = (task: string): number =>
      results.find((each) => each.task === task && each.name === "loss" && each.split === "test")?.value ?? Number.NaN;
    expect(error("plain")).toBeLessThan(0.6);
    shares.push(error("gated") / error("plain"));
  }
  expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.85);
}, 300_000);
