import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { generator } from "../../runtime/random/generator.ts";
import { drawMixup } from "../../runtime/train/supply/draw-mixup.ts";
import { UserError } from "../../runtime/user-error.ts";
import { newFolder, outcome, run } from "../trainer/tiny-run.ts";
import { forwardOf, programOf } from "./support.ts";

const specification = (stage: string, augment = "augment: mixup(alpha: 0.3, per: modality)"): string => `
  modality a: tensor([3])
  modality b: tensor([2])
  task event {
    from: [a -> linear(2), b -> linear(2)]
    head: ensemble(train: each)
    target: category("y", classes: 2)
    ${augment}
  }
  dataset generated { path: "none.jsonl"  tasks: [event] }
  stage fit { tasks: [event]  optimizer: adam(rate: 1e-2)  batch: 4  epochs: 3  checkpoint: checkpoint(every: 4)  ${stage} }`;

/** 22 rows, so that every sixth batch is padded. */
const data: Data = {
  rows: (_task, split) => (split === "train" ? 22 : 0),
  batch: async ({ rows, size }) => {
    const values = (name: string, width: number): Float32Array => {
      const tensor = new Float32Array(size * width);
      for (const [place, row] of rows.entries())
        for (let at = 0; at < width; at++) tensor[place * width + at] = generator(row, name, at).normal();
      return tensor;
    };
    const target = Int32Array.from({ length: size }, (_, place) => (rows[place] ?? 0) % 2);
    const rowWeight = Float32Array.from({ length: size }, (_, place) => (place < rows.length ? 1 : 0));
    return {
      features: new Map<string, Float32Array | Int32Array>([
        ["a", values("a", 3)],
        ["b", values("b", 2)],
        ["event.target", target],
      ]),
      rowWeight,
      keys: rows.map(String),
    };
  },
  tokens: () => ({}),
  source: async ({ task, split, row }) => ({ key: `${task}/${split}/${row}`, file: "made", row, inputs: [] }),
  preprocessing: { version: 1, tokenizers: {}, classes: { event: ["even", "odd"] } },
  problems: [],
  contents: {},
  close: async () => {},
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
});
afterAll(() => engine.dispose());

async function trained(text: string): Promise<{ readonly [file: string]: string }> {
  const folder = await newFolder();
  await run({ folder, program: programOf(text), engine, data });
  return await outcome(folder);
}

describe.each(["step: one_task", "accumulate: 2"])("training with mixup, %s", (stage) => {
  test("is the same each time, and not the same as without", async () => {
    const first = await trained(specification(stage));
    expect(await trained(specification(stage))).toEqual(first);
    expect(await trained(specification(stage, ""))).not.toEqual(first);
  });

  test("goes on from a checkpoint as if it had not been interrupted", async () => {
    const folder = await newFolder();
    const interrupt = new AbortController();
    const observer = { onStep: ({ step }: { readonly step: number }) => step === 6 && interrupt.abort() };
    const program = programOf(specification(stage));
    await expect(run({ folder, program, engine, data, observer, interrupt: interrupt.signal })).rejects.toThrow(
      UserError,
    );
    await run({ folder, program, engine, data });
    expect(await outcome(folder)).toEqual(await trained(specification(stage)));
  });
});

test("λ is another one at each step, batch and modality, and the same for the same", () => {
  const { graph } = forwardOf(programOf(specification("")), "event", { mode: "train" });
  const source = {
    mixupOf: () => ({ kind: "mixup", alpha: 0.3, per: "modality" }) as const,
    seed: 1,
    phase: "fit",
    tasks: ["event"],
    step: 3,
    batch: 0,
  } as const;
  const values = (change: object): readonly number[] => [...drawMixup(graph.inputs, { ...source, ...change }).values()];
  const drawn = [{}, { step: 4 }, { batch: 1 }, { seed: 2 }, { phase: "second" }].flatMap(values);
  expect(new Set(drawn).size).toBe(10);
  expect(values({})).toEqual(values({}));
});
