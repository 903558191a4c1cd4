import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { splitAtHost } from "../../compiler/graph/split-at-host.ts";
import { setLoss } from "../../runtime/boxes/set-loss.ts";
import { hostResults } from "../../runtime/train/step/host-results.ts";
import { train } from "../../runtime/run/train.ts";
import { evaluate, forwardOf, sound } from "../elaborate/harness.ts";

const random = generator(1, "host assignment");
/** An object begins where the two numbers of a row say, and its class is `high` if the first of them is large. */
const rows = Array.from({ length: 120 }, () => {
  const [x, y] = [random.uniform(), random.uniform()];
  const box = [x / 2, y / 2, x / 2 + 0.4, y / 2 + 0.4];
  return { point: [x, y], objects: { boxes: [box], classes: [x > 0.5 ? "high" : "low"] } };
});

const specification = (most: number, queries: number): string => `model points
modality point: tensor([2])
stream answers = point -> mlp(hidden: 64, outputs: ${queries} * 16) -> reshape([${queries}, 16])
task find {
  from: answers
  head: detection(2)
  target: boxes("objects", classes: ["low", "high"], most: ${most}, queries: ${queries})
  metrics: [recall_at_iou(0.5)]
}
dataset points { path: { train: "points.jsonl", validation: "points.jsonl" }  tasks: [find] }
stage fit { optimizer: adamw(rate: 1e-2)  batch: 16  steps: 60 }
`;

async function recallOf(most: number, queries: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "mtl-host-assignment-"));
  writeFileSync(join(folder, "points.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "points.mtl"), specification(most, queries));
  const { results } = await train({
    specification: join(folder, "points.mtl"),
    runs: join(folder, "runs"),
    engine: "onnx",
    threads: 1,
    tensorboard: false,
  });
  return results.find(({ name, split }) => name === "recall_at_iou" && split === "validation")?.value ?? Number.NaN;
}

test("a hundred queries train, by an assignment on the host", async () => {
  expect(await recallOf(10, 100)).toBeGreaterThan(0.6);
}, 60_000);

test("the loss with an assignment by the host is that of a row", () => {
  const [most, queries, classes] = [10, 100, 2];
  const { graph } = forwardOf(
    sound(`model sets
      modality scores: tensor([${queries}, ${classes + 1}])
      modality places: tensor([${queries}, 4])
      stream moved = scores + learned(${classes + 1}, init: zeros)
      task t { from: (moved, places)  target: boxes("o", classes: ${classes}, most: ${most}, queries: ${queries}) }
      dataset d { path: "d.jsonl"  tasks: [t] }
      stage fit { optimizer: adamax(rate: 1e-3)  epochs: 1 }`),
    { batch: 1 },
  );
  const numbers = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => 0.1 + 0.5 * random.uniform());
  const row = {
    logits: numbers(queries * (classes + 1)),
    boxes: numbers(queries * 4),
    scored: classes,
    classes: Int32Array.from({ length: most }, (_, index) => (index < 7 ? index % 2 : -1)),
    objects: numbers(most * 4),
  };
  const given = {
    "feature/scores": row.logits,
    "feature/places": row.boxes,
    "feature/t.target.classes": row.classes,
    "feature/t.target.boxes": row.objects,
    "moved.learned.value": new Float32Array(classes + 1),
  };
  const { prepare, main } = splitAtHost(graph);
  if (!prepare) throw new Error("the host is not called");
  const costs = [...evaluate(prepare, given)].map(([name, data]) => [name, Float32Array.from(data)] as const);
  const results = hostResults(prepare, new Map(costs));
  const loss = evaluate(main, { ...given, ...Object.fromEntries(results) }).get("loss")?.[0];
  expect(loss).toBeCloseTo(setLoss(row), 5);
});
