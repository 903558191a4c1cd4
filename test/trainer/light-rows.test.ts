import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { train } from "../../runtime/run/train.ts";

/** Two tasks on rows whose weights are the same but for a factor. */
const specification = (weight: string, stage: string, target = 'category("kind", classes: 2)'): string => `model light
modality x: tensor([2])
task kind { from: x  head: linear(2)  target: ${target}  metrics: [accuracy] }
task size { from: x  head: linear(1)  target: number("size", standardise: false)  metrics: [mse] }
dataset rows { path: "rows.jsonl"  split: { train: 60%, validation: 20%, test: 20% }  weight: "${weight}"  tasks: [kind, size] }
stage fit { optimizer: sgd(rate: 0.1)  batch: 8  steps: 8  ${stage} }
`;

const random = generator(1, "light rows");
const rows = Array.from({ length: 50 }, () => {
  const x = [random.normal(), random.normal()] as const;
  const heavy = 1 + random.below(3);
  return { x, kind: x[0] > 0.4 ? "right" : "left", size: x[0] - x[1], heavy, light: heavy / 1000 };
});

async function trained(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "mtl-light-rows-"));
  writeFileSync(join(folder, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "light.mtl"), text);
  const { folder: run, results } = await train({
    specification: join(folder, "light.mtl"),
    runs: join(folder, "runs"),
    engine: "onnx",
    threads: 1,
    tensorboard: false,
  });
  const logged = readFileSync(join(run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly value: number });
  return { values: [...logged, ...results].map(({ value }) => value), results };
}

test.each(["", "accumulate: 3", "step: mixed", "step: joint  accumulate: 2  balance: pcgrad"])(
  "rows that weigh a thousandth train, and are measured, as rows that weigh a thousand times as much: %s",
  async (stage) => {
    const [heavy, light] = [await trained(specification("heavy", stage)), await trained(specification("light", stage))];
    expect(light.values).toHaveLength(heavy.values.length);
    for (const [at, value] of light.values.entries())
      expect(Math.abs(value - (heavy.values[at] ?? NaN))).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
    const found = new Map(
      light.results
        .filter(({ split, task }) => split === "test" && task === "size")
        .map(({ name, value }) => [name, value]),
    );
    expect(found.get("loss")).toBeCloseTo(found.get("mse") ?? NaN, 5);
  },
);

test("weights of classes below 1 train as their multiples do", async () => {
  const of = (weights: string) =>
    trained(
      specification(
        "heavy",
        "accumulate: 2",
        `category("kind", classes: ["left", "right"], class_weights: [${weights}])`,
      ),
    );
  const [light, heavy] = [await of("0.001, 0.003"), await of("1, 3")];
  for (const [at, value] of light.values.entries())
    expect(Math.abs(value - (heavy.values[at] ?? NaN))).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
});
