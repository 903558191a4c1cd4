import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readTensors, writeTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { type FirstRun, firstRun } from "../start/first-run.ts";
import { specification } from "../trainer/small-model.ts";
import { mtl } from "./run.ts";

let first: FirstRun;
let taken: string;
beforeAll(async () => {
  first = await firstRun();
  taken = join(first.root, "library", "heads.safetensors");
  const { code, stderr } = await mtl(["weights", first.first, "--take", "task.**", "--out", taken]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("Wrote 6 weights")]);
});

test("lists names, shapes and the numbers of all", async () => {
  const { stdout } = await mtl(["weights", first.first]);
  expect(stdout).toContain("task.hue.head.linear.kernel  16 × 3");
  const { stdout: json } = await mtl(["weights", first.first, "--json"]);
  const listed = JSON.parse(json) as readonly { readonly name: string; readonly numbers: number }[];
  expect(listed.find(({ name }) => name === "task.hue.head.linear.kernel")?.numbers).toBe(48);
  const sum = listed.reduce((total, { numbers }) => total + numbers, 0);
  expect(stdout).toContain(sum.toLocaleString("en-US"));
});

test("compares a file with the run that it was taken from, and with another training", async () => {
  const { stdout } = await mtl(["weights", taken, "--compare", first.first]);
  expect(stdout).toContain("only in the second");
  expect(stdout).toMatch(/6 of \d+ are equal/u);
  const other = join(first.root, "other.mtl");
  writeFileSync(other, specification('init: from("library/heads.safetensors")').replace("epochs: 3", "steps: 1"));
  expect((await mtl(["train", other, "--runs", first.runs, "--name", "other", "--threads", "1"])).code).toBe(0);
  const { stdout: json } = await mtl([
    "weights",
    taken,
    "--compare",
    join(first.runs, "other-0001"),
    "--take",
    "task.**",
    "--json",
  ]);
  const differences = JSON.parse(json) as readonly {
    readonly name: string;
    readonly kind: string;
    readonly largest: number;
  }[];
  // The step trains one task, and changes a number by the rate, 0.01, and by what weight decay takes.
  const changed = differences.filter(({ kind }) => kind === "changed");
  expect(changed.map(({ name }) => name.split(".")[1])).toEqual(
    Array.from({ length: 2 }, () => changed[0]?.name.split(".")[1]),
  );
  for (const { largest } of changed) expect(largest).toBeLessThan(0.011);
  const report = JSON.parse(readFileSync(join(first.runs, "other-0001", "starts", "fit.json"), "utf8"));
  expect(report.taken).toHaveLength(6);
});

test("half precision has half of the size, and numbers that differ by half a step of its fraction at most", async () => {
  const half = join(first.root, "library", "half.safetensors");
  expect((await mtl(["weights", first.first, "--out", half, "--half"])).code).toBe(0);
  const { stdout } = await mtl(["weights", half, "--compare", first.first, "--json"]);
  const differences = JSON.parse(stdout) as readonly { readonly relative: number; readonly kind: string }[];
  expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(["changed"]));
  for (const { relative = 0 } of differences) expect(relative).toBeLessThan(2 ** -11);
  const whole = join(first.root, "library", "whole.safetensors");
  await mtl(["weights", first.first, "--out", whole]);
  const header = (path: string): number => Number(readFileSync(path).readBigUInt64LE());
  const [bytes, ofHalf] = [whole, half].map((path) => readFileSync(path).length - 8 - header(path));
  expect(ofHalf).toBe((bytes ?? 0) / 2);
});

test("a file has the vocabulary of its run, so that the rows of tables go by token", async () => {
  const half = join(first.root, "library", "half.safetensors");
  await mtl(["weights", first.first, "--out", half, "--half"]);
  const other = join(first.root, "halved.mtl");
  const start = 'init: from("library/half.safetensors", match: all)';
  writeFileSync(other, specification(start).replace("epochs: 3", "steps: 1"));
  const { code, stderr } = await mtl(["train", other, "--runs", first.runs, "--name", "halved", "--threads", "1"]);
  expect([code, stderr]).toEqual([0, expect.anything()]);
});

test("a pattern that matches nothing is a usage error that shows a name", async () => {
  const { code, stderr } = await mtl(["weights", first.first, "--take", "head.**"]);
  expect(code).toBe(2);
  expect(stderr).toContain("No weight");
  expect(stderr).toContain("mtl weights");
});

test("a folder that is no run is a sentence, not a stack", async () => {
  const { code, stderr } = await mtl(["weights", first.root]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("neither a run folder nor a model folder");
  expect(stderr).not.toContain("    at ");
});

test("merges models by a method, as `init: merge` does", async () => {
  const file = async (name: string, values: readonly number[]): Promise<string> => {
    const path = join(first.root, `${name}.safetensors`);
    await writeTensors(path, new Map([["a", { shape: [values.length], data: Float32Array.from(values) }]]));
    return path;
  };
  const [base, one, two] = [await file("base", [1, 1]), await file("one", [3, 1]), await file("two", [1, 5])];
  const merged = async (...options: readonly string[]): Promise<readonly number[]> => {
    const out = join(first.root, "merged.safetensors");
    const { code, stderr } = await mtl(["weights", one, "--with", two, ...options, "--out", out]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Wrote 1 weight")]);
    return [...((await readTensors(out)).get("a")?.data ?? [])];
  };
  expect(await merged()).toEqual([2, 3]);
  expect(await merged("--method", "task_arithmetic(scale: 0.5)", "--base", base)).toEqual([2, 3]);
  expect(await merged("--method", "ties(density: 100%)", "--base", base)).toEqual([3, 5]);
  const { code, stderr } = await mtl(["weights", one, "--with", two, "--method", "tis", "--base", base]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("ties")]);
  expect((await mtl(["weights", one, "--with", two, "--method", "ties"])).stderr).toContain("--base");
  expect((await mtl(["weights", one, "--base", base])).stderr).toContain("--with");
  const wide = await file("wide", [1, 2, 3]);
  expect((await mtl(["weights", one, "--with", wide])).stderr).toContain('"a" is [2] in one model and [3] in another');
});
