import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Checkpoint, Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { sameForAll } from "../../runtime/model/trained-weights.ts";
import { servedTasks } from "../../runtime/train/phase/served-tasks.ts";
import { evaluateTasks } from "../../runtime/evaluation/evaluate-tasks.ts";
import type { StepEvent, ValidationEvent } from "../../runtime/train/phase/observer.ts";
import { tinyData } from "./tiny-data.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, run } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const STEPS = 12;
const DECAY = 0.8;
const average = { kind: "exponential", decay: DECAY } as const;

/** A run with a checkpoint after every step. */
async function trained(options: Partial<ResolvedStage>) {
  const folder = await newFolder();
  const [steps, validations]: [StepEvent[], ValidationEvent[]] = [[], []];
  const program = tinyProgram([
    stage({
      steps: STEPS,
      checkpoint: {
        kind: "checkpoint",
        every: { unit: "steps", value: 1 },
        keep: STEPS,
        keep_best: true,
        best: "auto",
      },
      ...options,
    }),
  ]);
  await run({
    folder,
    engine,
    program,
    observer: { onStep: (event) => steps.push(event), onValidation: (event) => validations.push(event) },
  });
  const checkpoints = new CheckpointFolder(join(folder, "checkpoints"));
  const after: Checkpoint[] = [];
  for (let step = 1; step <= STEPS; step++) after.push(await checkpoints.read(`step-${String(step).padStart(6, "0")}`));
  return { program, steps, validations, after };
}

function isReached(weight: string, task: string): boolean {
  return !weight.startsWith("task.") || weight.startsWith(`task.${task}.`);
}

/** Σ dᵗ⁻ⁱ·wᵢ ∕ Σ dᵗ⁻ⁱ over the steps that moved the weight, or over all. */
function plainAverage(
  name: string,
  raw: readonly Tensors[],
  { steps, over }: { readonly steps: readonly StepEvent[]; readonly over: "updates" | "steps" },
): readonly number[] {
  const moved = raw.flatMap((weights, step) =>
    over === "steps" || steps[step]?.tasks.some((task) => isReached(name, task))
      ? [weights.get(name)?.data ?? new Float32Array()]
      : [],
  );
  const shares = moved.map((_, update) => DECAY ** (moved.length - 1 - update));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Array.from(
    moved[0] ?? [],
    (_, at) => moved.reduce((sum, weights, update) => sum + (shares[update] ?? NaN) * (weights[at] ?? NaN), 0) / total,
  );
}

describe.each<[string, Partial<ResolvedStage>]>([
  ["one task a step", {}],
  ["joint steps", { step: { kind: "joint" } }],
  ["one task alone", { tasks: ["size"] }],
])("with %s", (_, options) => {
  test.each(["updates", "steps"] as const)(
    "the model is the average over %s of the weights so far, and training goes on from the weights themselves",
    async (count) => {
      const [averaged, plain] = [
        await trained({ ...options, average: count === "steps" ? { ...average, count } : average }),
        await trained(options),
      ];
      for (const [index, { model, optimizer }] of averaged.after.entries()) {
        const raw = plain.after.slice(0, index + 1).map((each) => each.model);
        for (const [name, { data }] of raw.at(-1) ?? []) {
          const expected = name.startsWith("state/")
            ? data
            : plainAverage(name, raw, { steps: plain.steps, over: count });
          // A weight that no step moved yet is as it began.
          const values = expected.length > 0 ? expected : data;
          for (const [at, value] of values.entries())
            expect(model.get(name)?.data[at], `${name} after ${index + 1}`).toBeCloseTo(value, 5);
          if (expected.length > 0 && !name.startsWith("state/"))
            expect(optimizer.get(`average/${name}`)?.data, name).toEqual(data);
        }
      }
      expect(averaged.steps.map(({ loss }) => loss)).toEqual(plain.steps.map(({ loss }) => loss));
    },
  );
});

test("validation measures the averages, and so chooses the best of them", async () => {
  const { program, validations, after } = await trained({ average });
  for (const [index, { model, optimizer }] of after.entries()) {
    const measured = async (weights: Tensors) =>
      (
        await evaluateTasks({
          program,
          data: tinyData(),
          engine,
          weights: sameForAll(weights),
          tasks: servedTasks(program.specification),
          splits: ["validation"],
        })
      ).values.map(({ task, name, value }) => [task, name, value]);
    const told = validations[index]?.values.map(({ task, name, value }) => [task, name, value]);
    expect(told).toEqual(await measured(model));
    if (index === STEPS - 1)
      expect(told).not.toEqual(
        await measured(new Map([...model].map(([name, tensor]) => [name, optimizer.get(`average/${name}`) ?? tensor]))),
      );
  }
});
