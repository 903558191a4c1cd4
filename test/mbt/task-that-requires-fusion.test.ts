import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { MetricsLog } from "../../runtime/run/metrics-log.ts";
import { generator } from "../../runtime/random/generator.ts";
import { trainAll } from "../../runtime/train/phase/trainer.ts";
import { codesOf, compilation, programOf } from "./support.ts";

/** Sizes of the two modalities: tokens and width. */
const sizes = { a: [8, 8], b: [12, 8] } as const;
const batch = 64;
const classes = 4;

/**
 * Each modality carries a class in every token, its prototype under noise; the label is the sum of the two classes. By
 * each modality alone, all labels are equally likely.
 */
function sums(steps: number): Data {
  const prototypes = { a: prototypesOf("a"), b: prototypesOf("b") };
  return {
    rows: (_task, split) => (split === "train" ? batch * steps : 0),
    batch: async ({ rows, size }) => {
      const tensors = {
        a: new Float32Array(size * sizes.a[0] * sizes.a[1]),
        b: new Float32Array(size * sizes.b[0] * sizes.b[1]),
      };
      const target = new Int32Array(size);
      const rowWeight = new Float32Array(size);
      for (const [place, row] of rows.entries()) {
        const random = generator(1, "row", row);
        rowWeight[place] = 1;
        for (const name of ["a", "b"] as const) {
          const own = random.below(classes);
          const [tokens, width] = sizes[name];
          for (let at = 0; at < tokens * width; at++)
            tensors[name][place * tokens * width + at] =
              (prototypes[name][own * width + (at % width)] ?? 0) + 0.5 * random.normal();
          target[place] = ((target[place] ?? 0) + own) % classes;
        }
      }
      return {
        features: new Map<string, Float32Array | Int32Array>([
          ["a", tensors.a],
          ["b", tensors.b],
          ["sum.target", target],
        ]),
        rowWeight,
        keys: rows.map(String),
      };
    },
    tokens: () => ({}),
    source: async ({ task, split, row }) => ({ key: `${task}/${split}/${row}`, file: "made", row, inputs: [] }),
    preprocessing: {
      version: 1,
      tokenizers: {},
      classes: { sum: Array.from({ length: classes }, (_, index) => String(index)) },
    },
    problems: [],
    contents: {},
    close: async () => {},
  };
}

function prototypesOf(name: "a" | "b"): readonly number[] {
  const random = generator(1, "prototypes", name);
  return Array.from({ length: classes * sizes[name][1] }, () => random.normal());
}

function specification(fusion: string, steps: number): string {
  return `
    modality a: tensor([${sizes.a.join(", ")}])
    modality b: tensor([${sizes.b.join(", ")}])
    stream left = a -> linear(32) -> with_cls -> positions
    stream right = b -> linear(32) -> with_cls -> positions
    fusion met = ${fusion}
    layer classify = norm -> linear(${classes})
    task sum {
      from: [met.left.cls -> classify, met.right.cls -> classify]
      head: ensemble(train: mean, evaluate: mean)
      target: category("sum", classes: ${classes})
    }
    dataset generated { path: "none.jsonl"  tasks: [sum] }
    stage fit { tasks: [sum]  optimizer: adam(rate: 2e-3)  clip: 1.0  batch: ${batch}  steps: ${steps} }`;
}

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

/** The mean training loss of the last twenty steps; no row is seen twice. */
async function finalLoss(fusion: string, steps: number): Promise<number> {
  const text = specification(fusion, steps);
  expect(codesOf(compilation(text))).toEqual([]);
  const folder = await mkdtemp(join(tmpdir(), "mtl-mbt-"));
  const log = await MetricsLog.open(join(folder, "metrics.jsonl"), 0, { now: () => new Date(0) });
  const losses: number[] = [];
  try {
    await trainAll({
      program: programOf(text),
      engine,
      data: sums(steps),
      observer: { onStep: ({ loss }) => losses.push(loss) },
      interrupt: new AbortController().signal,
      mostSteps: Infinity,
      sources: new Map(),
      checkpoints: new CheckpointFolder(join(folder, "checkpoints")),
      log,
    });
  } finally {
    log.close();
  }
  expect(losses).toHaveLength(steps);
  return losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20;
}

const sized = "heads: 4, ffn: mlp(ratio: 2), layers: 4";

describe("a label that is the sum of two modalities' classes", () => {
  // The mean of a score of each is at its best uniform: the cross-entropy is convex, and symmetric under a → a + s, b →
  // b − s.
  test("late fusion cannot learn it", async () => {
    expect(await finalLoss(`late(left, right, ${sized})`, 100)).toBeGreaterThan(0.9 * Math.log(classes));
  });

  test.each([
    { fusion: `bottleneck(left, right, ${sized}, fuse_from: 2, bottlenecks: 1)`, steps: 120 },
    { fusion: `bottleneck(left, right, ${sized}, fuse_from: 2, bottlenecks: 2, update: sequential)`, steps: 80 },
    { fusion: `crossed(left, right, ${sized}, fuse_from: 2)`, steps: 50 },
  ])("$fusion learns it", async ({ fusion, steps }) => {
    expect(await finalLoss(fusion, steps)).toBeLessThan(0.05);
  });
});
