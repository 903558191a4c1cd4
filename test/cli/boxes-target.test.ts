import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type BoxesPrediction, load, readCompiled } from "../../runtime/index.ts";
import { folderWith, mtl } from "./run.ts";

const model = `model find
modality photo: image(16, 16, 3)
stream seen = photo -> conv_stem(16) -> positions(sine)
stream answers = repeated(learned(5, 16)) -> decoder(seen, layers: 1, heads: 2)
task detect {
  from: answers
  head: detection(3)
  target: boxes("objects", classes: 3, most: 2, queries: 5)
}
dataset scenes { path: "scenes.jsonl"  split: { train: 70%, validation: 15%, test: 15% }  tasks: [detect] }
stage fit { optimizer: adamw(rate: 1e-3)  batch: 8  epochs: 1 }
`;

let cwd = "";
const run = async (...argv: readonly string[]) => {
  const { code, stdout, stderr } = await mtl(argv, { cwd });
  expect([code, stderr.includes("error")], `${argv.join(" ")}: ${stdout}${stderr}`).toEqual([0, false]);
  return stdout;
};

beforeAll(async () => {
  cwd = folderWith({ "find.mtl": model });
  await run("data", "synth", "find.mtl", "--output", "synthetic", "--rows", "60");
  await run("train", join("synthetic", "find.mtl"));
}, 90_000);

test("is checked, counted in the data, and expanded", async () => {
  expect(await run("check", "find.mtl", "--cost")).toContain("task detect");
  expect(await run("expand", "find.mtl")).toContain("loss: set_prediction");
  expect(await run("data", "stats", join("synthetic", "find.mtl"))).toMatch(
    /class of detect\s+train\s+validation\s+test/u,
  );
  expect(await run("smoke", join("synthetic", "find.mtl"))).toContain("detect");
}, 60_000);

test("is measured, and drawn in the report, the best examples as the worst", async () => {
  const results = await run("eval", "runs/find-0001", "--split", "test");
  expect(results).toContain("mean_average_precision");
  expect(results).toContain("recall_at_iou");
  const report = readFileSync(join(cwd, "runs", "find-0001", "report.html"), "utf8");
  expect(report).toContain("Best examples");
  expect(report).toContain('<rect class="right"');
}, 60_000);

test("is predicted alike by the command line and the API, with boxes in order", async () => {
  const photo = join("synthetic", "synthetic-scenes", "photo-000001.png");
  const line = JSON.parse(await run("predict", "runs/find-0001", photo)) as BoxesPrediction;
  const trained = await load(join(cwd, "runs", "find-0001"), { folder: cwd });
  const alone = (await trained.predict({ photo }, { task: "detect" })) as BoxesPrediction;
  await trained.dispose();
  expect(alone.kind).toBe("boxes");
  expect(line.boxes.length).toBe(alone.boxes.length);
  for (const [index, { box, probability, class: name }] of alone.boxes.entries()) {
    expect(["a", "b", "c", ...(trained.classes["detect"] ?? [])]).toContain(name);
    expect(probability).toBeLessThanOrEqual(alone.boxes[index - 1]?.probability ?? 1);
    for (const [side, value] of box.entries()) expect(line.boxes[index]?.box[side]).toBeCloseTo(value, 5);
  }
}, 60_000);

test("is compiled with what its features are", async () => {
  await run("compile", "runs/find-0001", "--output", "compiled");
  const manifest = await readCompiled(join(cwd, "compiled"));
  expect(manifest.tasks["detect"]?.prediction).toBe("boxes");
  expect(manifest.features["detect.target.classes"]?.content).toEqual({ kind: "object_classes" });
  expect(manifest.features["detect.target.boxes"]?.content).toEqual({ kind: "object_boxes" });
}, 60_000);
