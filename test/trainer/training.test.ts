import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResolvedSampler } from "../../compiler/schema/resolved.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import type { StepEvent, ValidationEvent } from "../../runtime/train/phase/observer.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, run } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const samplers: readonly ResolvedSampler[] = [
  { kind: "shuffled" },
  { kind: "uniform" },
  { kind: "proportional" },
  { kind: "weights", of: { kind: 3, size: 1 } },
  { kind: "round_robin" },
];

describe.each(samplers)("$kind", (sampler) => {
  test("training lowers the losses of both tasks", async () => {
    const folder = await newFolder();
    const validations: ValidationEvent[] = [];
    const steps: StepEvent[] = [];
    await run({
      folder,
      engine,
      program: tinyProgram([stage({ sampler, epochs: 12 })]),
      observer: { onStep: (event) => steps.push(event), onValidation: (event) => validations.push(event) },
    });
    // 30 rows in 8 batches and 14 rows in 4.
    expect(steps).toHaveLength(12 * (8 + 4));
    const lossOf = (event: ValidationEvent | undefined, task: string) =>
      event?.values.find((value) => value.task === task && value.name === "loss")?.value ?? NaN;
    for (const task of ["kind", "size"])
      expect(lossOf(validations.at(-1), task)).toBeLessThan(0.8 * lossOf(validations[0], task));
  });
});
