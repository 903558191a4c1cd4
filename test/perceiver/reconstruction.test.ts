import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedFeature, sharedInputs } from "../../compiler/features/shared-inputs.ts";
import { cellsOf } from "../../compiler/targets/cells.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { UserError } from "../../runtime/user-error.ts";
import { complaints, evaluate, forwardOf, seeded } from "../elaborate/harness.ts";
import { finiteDifferences, relativeError, withGradients } from "../graph/gradient-check.ts";
import { furthest, programOf } from "../mbt/support.ts";
import { newFolder, outcome, run } from "../trainer/tiny-run.ts";
import { streamsOf } from "./support.ts";

/** Pictures of 4 × 6 pixels, of which 2 of the 6 patches are decoded in training. */
const specification = (more = "") => `
modality photo: image(4, 6, 2)
stream input = photo -> patches(2) -> with_positions(fourier(bands: 2, resolution: [2, 3]))
stream thought = latents(3, 8) -> cross_attend(input, heads: 2)
layer decode = cross_attend(thought, heads: 2, residual: false)
task redraw {
  from: gather(fourier(bands: 2, resolution: [2, 3]), reconstructed_positions(photo)) -> decode
  uses: [photo]
  head: linear(8)
  target: reconstruct(photo, patch: 2, sample: 2)
}
task hue { from: mean(thought)  head: linear(2)  target: category("hue", classes: 2) }
dataset photos { path: "photos.jsonl"  tasks: [redraw, hue] }
stage warm { optimizer: adam(rate: 1e-2)  batch: 4  steps: 1 }
stage fit { ${more} step: joint  optimizer: adam(rate: 1e-2)  batch: 4  epochs: 3  checkpoint: checkpoint(every: 4) }`;

const patches = 6;

let engine: Engine;
let data: Data;
let root: string;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  root = await newFolder();
  const lines = Array.from({ length: 20 }, (_, row) => {
    const [colour, left] = [row % 2 === 0 ? "red" : "blue", row % 5];
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"><rect x="${left}" y="1" width="2" height="2" fill="${colour}"/></svg>`;
    return JSON.stringify({
      photo: `data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}`,
      hue: colour,
    });
  });
  writeFileSync(join(root, "photos.jsonl"), lines.join("\n"));
  data = await openData({ specification: programOf(specification()).specification, root, cache: "none" });
});
afterAll(async () => {
  await data.close();
  await engine.dispose();
});

describe("the positions of an input", () => {
  test("are the patches that `patches` makes, in their order", () => {
    const cells = cellsOf([4, 6, 2], 2);
    const pixels = Array.from({ length: 48 }, (_, index) => index);
    const { tokens = [] } = streamsOf("modality photo: image(4, 6, 2)\nstream tokens = photo -> patches(2)", {
      batch: 1,
    }).run({ "feature/photo": pixels });
    expect(cells?.count).toBe(patches);
    const own = Array.from({ length: patches }, (_, cell) => cells?.indicesOf(cell) ?? []).flat();
    expect(
      furthest(
        tokens,
        own.map((index) => index / 255),
      ),
    ).toBeLessThan(1e-7);
  });

  test("are elements of the first axis of a tensor that is no grid", () => {
    expect(cellsOf([6, 2], 3)?.indicesOf(1)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(cellsOf([6], 2)?.indicesOf(2)).toEqual([4, 5]);
    expect(cellsOf([6, 2], 4)).toBeUndefined();
  });
});

describe("the values that are predicted", () => {
  const draw = { seed: 1, stage: "fit", epoch: 0 };
  const batch = async (of?: typeof draw) => {
    const { features } = await data.batch({
      task: "redraw",
      split: "train",
      rows: [0, 3],
      size: 2,
      ...(of ? { draw: of } : {}),
    });
    return {
      photo: features.get("photo") ?? [],
      target: features.get("redraw.target") ?? [],
      positions: [...(features.get("redraw.positions") ?? [])],
    };
  };

  test("are those at positions drawn anew for each example and epoch in training, and all in evaluation", async () => {
    const [drawn, again, next] = [await batch(draw), await batch(draw), await batch({ ...draw, epoch: 1 })];
    expect(drawn.positions).toEqual(again.positions);
    expect(next.positions).not.toEqual(drawn.positions);
    expect(new Set(drawn.positions.slice(0, 2)).size).toBe(2);
    const all = await batch();
    expect(all.positions.slice(0, patches)).toEqual([0, 1, 2, 3, 4, 5]);
    const cells = cellsOf([4, 6, 2], 2);
    for (const { photo, target, positions } of [drawn, all])
      for (const [slot, cell] of positions.entries()) {
        const row = Math.floor(slot / (positions.length / 2));
        const own = cells?.indicesOf(cell).map((index) => (photo[48 * row + index] ?? Number.NaN) / 255) ?? [];
        expect(furthest(Array.from(target.slice(8 * slot, 8 * slot + 8)), own)).toBeLessThan(1e-6);
      }
  });

  test("at drawn positions are those that all positions have there: queries do not see each other", () => {
    const program = programOf(specification());
    const [train, whole] = (["train", "evaluate"] as const).map((mode) =>
      evaluate(forwardOf(program, { task: "redraw", mode, batch: 1 }).graph, {
        "feature/redraw.positions": [4, 1],
      }).get("prediction/values"),
    );
    expect(train).toHaveLength(2 * 8);
    expect(whole).toHaveLength(patches * 8);
    expect(furthest(train ?? [], [...(whole ?? []).slice(32, 40), ...(whole ?? []).slice(8, 16)])).toBeLessThan(1e-12);
  });

  test("have the mean over all of them as their loss, whose gradients equal central differences", () => {
    const { graph: forward } = forwardOf(programOf(specification()), { task: "redraw", mode: "train", batch: 2 });
    const given = { "feature/redraw.positions": [4, 1, 0, 5] };
    const outputs = evaluate(forward, given);
    const target = seeded(forward, given).get("feature/redraw.target") ?? [];
    const predicted = outputs.get("prediction/values") ?? [];
    const mean = predicted.reduce((sum, value, at) => sum + (value - (target[at] ?? Number.NaN)) ** 2, 0) / 32;
    expect(outputs.get("loss")?.[0]).toBeCloseTo(mean, 12);
    const weights = forward.inputs.filter(({ name }) =>
      /^task\.redraw\.head\.bias|^decode\.query_norm\.offset/u.test(name),
    );
    expect(weights).toHaveLength(2);
    const graph = withGradients(forward, weights);
    const gradients = evaluate(graph, given);
    for (const { name } of weights)
      expect(
        relativeError(gradients.get(`gradient/${name}`) ?? [], finiteDifferences(graph, seeded(graph, given), name)),
        name,
      ).toBeLessThan(1e-6);
  });
});

test("training goes on from a checkpoint to the same bits", async () => {
  const program = programOf(specification());
  const folder = await newFolder();
  const interrupt = new AbortController();
  const observer = { onStep: ({ step }: { readonly step: number }) => step === 6 && interrupt.abort() };
  await expect(run({ folder, program, engine, data, observer, interrupt: interrupt.signal })).rejects.toThrow(
    UserError,
  );
  await run({ folder, program, engine, data });
  const whole = await newFolder();
  await run({ folder: whole, program, engine, data });
  expect(await outcome(folder)).toEqual(await outcome(whole));
});

test("a frozen part that reads drawn positions is computed anew, and one that does not is kept", () => {
  const prefix = (task: string | readonly string[]): readonly string[] =>
    programOf(specification("freeze: [thought, decode]"))
      .plan("fit")
      .prefix?.(task, "train")
      ?.inputs.map(({ name }) => name) ?? [];
  for (const pass of ["redraw", ["redraw", "hue"]]) {
    expect(prefix(pass)).not.toContain("feature/redraw.positions");
    expect(prefix(pass)).toContain("feature/photo");
  }
});

test("pictures that are augmented are reconstructed as the model sees them, in a joint step too", async () => {
  const text = specification().replaceAll(/task (redraw|hue) \{/gu, "task $1 { augment: flip");
  const { specification: augmented } = programOf(text);
  const opened = await openData({ specification: augmented, root, cache: "none" });
  const names = ["redraw", "hue"];
  const rows = Array.from({ length: 12 }, (_, row) => row);
  const shared = opened.shared?.(names);
  if (!shared) throw new Error("the data has no shared rows");
  const { features } = await shared.batch({
    split: "train",
    size: 12,
    rows,
    draw: { seed: 1, stage: "fit", epoch: 0 },
  });
  await opened.close();
  const inputs = sharedInputs(augmented, names, "train");
  const photos = features.get(sharedFeature(inputs, "redraw", "photo")) ?? [];
  expect(sharedFeature(inputs, "redraw", "photo")).not.toBe(sharedFeature(inputs, "hue", "photo"));
  const cells = cellsOf([4, 6, 2], 2);
  const own = [...(features.get("redraw.positions") ?? [])].flatMap((cell, slot) =>
    (cells?.indicesOf(cell) ?? []).map((index) => (photos[48 * Math.floor(slot / 2) + index] ?? Number.NaN) / 255),
  );
  expect(furthest([...(features.get("redraw.target") ?? [])], own)).toBeLessThan(1e-6);
});

test("errors name what does not fit", () => {
  const of = (modality: string, target: string, from = `reconstructed_positions(x) -> embed(4)`) =>
    complaints(`model m\nmodality x: ${modality}\nmodality y: tensor(4)
      task t { from: ${from} -> linear(12)  uses: [x, y]  target: ${target} }`);
  expect(of("image(4, 6, 3)", "reconstruct(x, patch: 2, sample: 6)")).toEqual([]);
  expect(of("image(4, 6, 3)", "reconstruct(x, patch: 3)")).toEqual(["target_modality"]);
  expect(of("image(4, 6, 3)", "reconstruct(x, patch: 2, sample: 7)")).toEqual(["target_modality"]);
  expect(of("series(4, channels: 3)", "reconstruct(x)")).toEqual(["target_modality"]);
  expect(of("image(4, 6, 3)", "reconstruct(x, patch: 2)", "reconstructed_positions(y) -> embed(4)")).toEqual([
    "requirement",
  ]);
  expect(of("image(4, 6, 3)", "reconstruct(x)")).toContain("head_mismatch");
});
