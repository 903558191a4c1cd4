import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openData } from "../../runtime/data/open-data.ts";
import type { Data } from "../../runtime/data/data.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { UserError } from "../../runtime/user-error.ts";
import { programOf } from "../mbt/support.ts";
import { newFolder, outcome, run } from "./tiny-run.ts";

const specification = (augment: string, freeze = ""): string => `
  modality photo: image(8, 8, 3)
  stream seen = photo -> as_tokens -> linear(4) -> mean
  task hue { from: seen -> linear(2)  target: category("hue", classes: 2)  ${augment} }
  dataset photos { path: "photos.jsonl"  tasks: [hue] }
  stage warm { optimizer: adam(rate: 1e-2)  batch: 4  steps: 1 }
  stage fit { ${freeze} optimizer: adam(rate: 1e-2)  batch: 4  epochs: 3  checkpoint: checkpoint(every: 4) }`;
const all = "augment: [flip, crop(padding: 2), resized_crop, rotate(degrees: 30), jitter(hue: 0.1), mixup]";

let engine: Engine;
let data: Data;
beforeAll(async () => {
  engine = await openEngine({ threads: 1 });
  const root = await newFolder();
  const lines = Array.from({ length: 20 }, (_, row) => {
    const [colour, left] = [row % 2 === 0 ? "red" : "blue", row % 7];
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect x="${left}" y="1" width="2" height="5" fill="${colour}"/></svg>`;
    const photo = `data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}`;
    return JSON.stringify({ photo, hue: colour });
  });
  writeFileSync(join(root, "photos.jsonl"), lines.join("\n"));
  data = await openData({ specification: programOf(specification(all)).specification, root, cache: "none" });
});
afterAll(async () => {
  await data.close();
  await engine.dispose();
});

async function trained(text: string): Promise<unknown> {
  const folder = await newFolder();
  await run({ folder, program: programOf(text), engine, data });
  return await outcome(folder);
}

test("training on augmented pictures goes on from a checkpoint to the same bits", async () => {
  const folder = await newFolder();
  const interrupt = new AbortController();
  const observer = { onStep: ({ step }: { readonly step: number }) => step === 6 && interrupt.abort() };
  const program = programOf(specification(all));
  await expect(run({ folder, program, engine, data, observer, interrupt: interrupt.signal })).rejects.toThrow(
    UserError,
  );
  await run({ folder, program, engine, data });
  const whole = await outcome(folder);
  expect(await trained(specification(all))).toEqual(whole);
});

test("an example is another one in each epoch of training, and itself in evaluation", async () => {
  const photo = async (draw?: { readonly seed: number; readonly stage: string; readonly epoch: number }) => {
    const batch = await data.batch({ task: "hue", split: "train", rows: [3], size: 1, ...(draw ? { draw } : {}) });
    return [...(batch.features.get("photo") ?? [])];
  };
  const draw = { seed: 1, stage: "fit", epoch: 0 };
  const plain = await photo();
  expect(await photo()).toEqual(plain);
  expect(await photo(draw)).toEqual(await photo(draw));
  expect(await photo(draw)).not.toEqual(plain);
  expect(await photo({ ...draw, epoch: 1 })).not.toEqual(await photo(draw));
});

test("what is frozen is computed anew for augmented pictures in training, and kept in evaluation", () => {
  const plan = (augment: string) => programOf(specification(augment, "freeze: [seen]")).plan("fit");
  expect(plan("augment: flip").prefix?.("hue", "train")).toBeUndefined();
  expect(plan("augment: flip").prefix?.("hue", "evaluate")).toBeDefined();
  expect(plan("").prefix?.("hue", "train")).toBeDefined();
});
