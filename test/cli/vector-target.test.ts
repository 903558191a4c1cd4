import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type MeasuredValue, load, readCompiled } from "../../runtime/index.ts";
import { folderWith, mtl } from "./run.ts";

const model = `model arm
modality joints: tensor(shape: [3])
task hand { from: joints  head: linear(2)  target: vector("hand", size: 2)  metrics: [rmse, mae, r2] }
dataset moves { path: "moves.jsonl"  split: { train: 70%, validation: 15%, test: 15% }  tasks: [hand] }
stage fit { optimizer: adamw(rate: 0.05)  batch: 16  epochs: 40  checkpoint: checkpoint(best: "hand.r2") }
`;

/** The position of a hand follows from its joints. Its elements are in millimetres and in turns, so that a common scale would hide the second. */
const handOf = ([a = 0, b = 0, c = 0]: readonly number[]): readonly number[] => [
  500 + 300 * a - 100 * b,
  0.001 * (b + c),
];
const rows = Array.from({ length: 200 }, (_, row) => {
  const joints = [0, 1, 2].map((joint) => Math.sin(row * (1.3 + joint) + joint));
  return { joints, hand: handOf(joints) };
});

let cwd = "";
const run = async (...argv: readonly string[]) => {
  const { code, stdout, stderr } = await mtl(argv, { cwd });
  expect([code, stderr.includes("error")], `${argv.join(" ")}: ${stdout}${stderr}`).toEqual([0, false]);
  return stdout;
};

beforeAll(async () => {
  cwd = folderWith({ "arm.mtl": model, "moves.jsonl": rows.map((row) => JSON.stringify(row)).join("\n") });
  await run("train", "arm.mtl");
}, 60_000);

test("is checked, drawn, costed and expanded", async () => {
  expect(await run("check", "arm.mtl", "--cost")).toContain("task hand");
  expect(await run("graph", "arm.mtl", "--format", "mermaid")).toContain("a vector of 2 numbers");
  expect(await run("expand", "arm.mtl")).toContain('target: vector(column: "hand", size: 2, standardise: true)');
});

test("has synthetic data that trains, and passes a smoke test", async () => {
  await run("data", "synth", "arm.mtl", "--rows", "30", "--out", "made");
  await run("smoke", "arm.mtl");
  await run("train", "made/arm.mtl", "--steps", "2");
});

test("is shown by data stats with its rows", async () => {
  expect(await run("data", "stats", "arm.mtl")).toMatch(/with hand +134 +35 +31/);
});

test("is learnt in every element, whatever its unit, and is better than its baseline", async () => {
  const { values } = JSON.parse(readFileSync(join(cwd, "runs/arm-0001/eval/test.json"), "utf8")) as {
    readonly values: readonly MeasuredValue[];
  };
  const r2 = values.find(({ name }) => name === "r2");
  expect(r2?.value).toBeGreaterThan(0.99);
  expect(r2?.floor).toBeLessThan(0.05);
  expect(await run("eval", "runs/arm-0001", "--split", "test")).toContain("r2");
});

test("is predicted in its units: from the command line, from a table into columns, and by the API", async () => {
  const joints = [0.5, -0.5, 0.25];
  const model = await load(join(cwd, "runs/arm-0001"));
  const prediction = await model.predict({ joints });
  await model.dispose();
  if (prediction.kind !== "vector") throw new Error("no vector is predicted");
  const wanted = handOf(joints);
  expect(Math.abs((prediction.values[0] ?? 0) - (wanted[0] ?? 0))).toBeLessThan(30);
  expect(Math.abs((prediction.values[1] ?? 0) - (wanted[1] ?? 0))).toBeLessThan(1e-4);
  expect(
    JSON.parse(await run("predict", "runs/arm-0001", "--input", `joints=${JSON.stringify(joints)}`)),
  ).toMatchObject({
    values: prediction.values,
  });
  writeFileSync(
    join(cwd, "some.jsonl"),
    rows
      .slice(0, 3)
      .map((row) => JSON.stringify(row))
      .join("\n"),
  );
  await run("predict", "runs/arm-0001", "some.jsonl", "--output", "some.csv");
  expect(readFileSync(join(cwd, "some.csv"), "utf8").split("\n")[0]).toContain("hand.values.0,hand.values.1");
  expect(await run("eval", "runs/arm-0001", "--data", "some.jsonl")).toContain("rmse");
});

test("is shown in the report beside its worst examples, and inspected", async () => {
  const evaluation = JSON.parse(readFileSync(join(cwd, "runs/arm-0001/evaluation/hand-validation.json"), "utf8")) as {
    readonly worst: readonly { readonly target: unknown; readonly prediction: unknown }[];
  };
  expect(evaluation.worst[0]).toMatchObject({ target: [expect.any(Number), expect.any(Number)] });
  await run("report", "runs/arm-0001");
  expect(existsSync(join(cwd, "runs/arm-0001/report.html"))).toBe(true);
});

test("is compiled with the scale of each number", async () => {
  await run("compile", "runs/arm-0001", "--output", "compiled");
  const { tasks, features } = await readCompiled(join(cwd, "compiled"));
  expect(tasks["hand"]).toMatchObject({ prediction: "numbers" });
  expect(tasks["hand"]?.scales).toHaveLength(2);
  expect(tasks["hand"]?.scale).toBeUndefined();
  expect(features["hand.target"]).toMatchObject({ content: { kind: "target" }, standardised: { from: "float64" } });
});
