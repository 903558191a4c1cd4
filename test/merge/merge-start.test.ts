import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Tensors, readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { mergeWeights } from "../../runtime/pretrained/merge-weights.ts";
import { train } from "../../runtime/index.ts";
import { specification, writeSmallModel } from "../trainer/small-model.ts";
import { newFolder } from "../trainer/tiny-run.ts";

let root: string;
const run = (name: string): string => join(root, "runs", `${name}-0001`);
const weightsOf = (name: string): Promise<Tensors> => readTensors(join(run(name), "model", "model.safetensors"));

async function trainAs(name: string, options: string, changes: readonly (readonly [string, string])[] = []) {
  const entry = join(root, `${name}.mtl`);
  writeFileSync(
    entry,
    changes.reduce((text, [from, to]) => text.replace(from, to), specification(options)),
  );
  return train({
    specification: entry,
    runs: join(root, "runs"),
    name,
    threads: 1,
    interrupt: new AbortController().signal,
  });
}

/** A stage that leaves its weights as they begin. */
const still = [
  ["adamw(rate: 1e-2)", "sgd(rate: 0)"],
  ["epochs: 3", "steps: 1"],
] as const;

beforeAll(async () => {
  root = await newFolder();
  writeSmallModel(root);
  await trainAs("base", "seed: 1", [["epochs: 3", "epochs: 1"]]);
  await trainAs("one", 'init: from("base-0001")  seed: 2');
  await trainAs("other", 'init: from("base-0001")  seed: 3');
});

test("a stage begins with the merged weights of two runs", async () => {
  await trainAs(
    "merged",
    'init: merge([from("one-0001"), from("other-0001")], method: ties(density: 30%), base: from("base-0001"))',
    still,
  );
  const [base, one, other, merged] = await Promise.all(["base", "one", "other", "merged"].map(weightsOf));
  if (!base || !one || !other || !merged) throw new Error("a run has no weights");
  const expected = mergeWeights({ kind: "ties", density: 0.3, scale: 1 }, [one, other], base);
  expect(merged).toEqual(expected);
  expect(merged).not.toEqual(one);
});

test("the run keeps a report of each source, and its lock a hash of all", () => {
  const reports = ["fit.json", "fit.1.json", "fit.2.json"].map((file) =>
    JSON.parse(readFileSync(join(run("merged"), "starts", file), "utf8")),
  );
  expect(reports.map(({ path }) => path)).toEqual(["one-0001", "other-0001", "base-0001"]);
  expect(JSON.parse(readFileSync(join(run("merged"), "run.lock.json"), "utf8")).starts.fit).toMatch(/^[0-9a-f]{64}$/u);
});

test("with `take`, weights that are not taken keep their value", async () => {
  await trainAs("heads", 'seed: 1  init: merge([from("one-0001"), from("other-0001")], take: ["task.**"])', still);
  const [one, other, heads] = await Promise.all(["one", "other", "heads"].map(weightsOf));
  if (!one || !other || !heads) throw new Error("a run has no weights");
  const mean = mergeWeights({ kind: "average" }, [one, other], new Map());
  const isHead = (name: string): boolean => name.startsWith("task.");
  expect([...heads.keys()].some(isHead)).toBe(true);
  for (const [name, tensor] of heads)
    if (isHead(name)) expect(tensor, name).toEqual(mean.get(name));
    else expect(tensor, name).not.toEqual(mean.get(name));
});
