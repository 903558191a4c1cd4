import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import type { Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { tinyData } from "./tiny-data.ts";
import { stage, tinyProgram } from "./tiny-program.ts";
import { newFolder, run } from "./tiny-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 1 });
});
afterAll(() => engine.dispose());

const constant = { kind: "constant", warmup: { unit: "steps", value: 0 } } as const;
const sgd = { optimizer: { kind: "sgd", rate: 0.1 }, schedule: constant, batch: 24, steps: 1 } as const;
const hogwild = (staleness: number): Pick<ResolvedStage, "step"> => ({ step: { kind: "hogwild", staleness } });
const rows = {
  kind: { train: 24, validation: 12, test: 10 },
  size: { train: 24, validation: 6, test: 6 },
};

/** The last checkpoint of a stage. */
async function trained(options: Partial<ResolvedStage>) {
  const folder = await newFolder();
  const end = await run({ folder, engine, program: tinyProgram([stage(options)]), data: tinyData(rows) });
  return new CheckpointFolder(join(folder, "checkpoints")).read(end.last);
}

const values = (tensors: Tensors, name: string): readonly number[] => Array.from(tensors.get(name)?.data ?? []);

/** Expects each weight to be the same to six digits. */
function expectAlike(one: Tensors, other: Tensors): void {
  for (const name of one.keys())
    for (const [at, value] of values(one, name).entries())
      expect(value, name).toBeCloseTo(values(other, name)[at] ?? NaN, 6);
}

test("a step of stale gradients with SGD is one step down the sum of the losses, in any order", async () => {
  const joint = await trained({ ...sgd, step: { kind: "joint" } });
  expectAlike((await trained({ ...sgd, ...hogwild(1) })).model, joint.model);
  // The seed changes the order of the two tasks, and nothing else of a step with all rows but the dropout and the first weights.
  for (const seed of [2, 3, 4])
    expectAlike(
      (await trained({ ...sgd, ...hogwild(1), seed })).model,
      (await trained({ ...sgd, step: { kind: "joint" }, seed })).model,
    );
});

test("a step without stale gradients is a step of each task, one after the other", async () => {
  const { model } = await trained({ ...sgd, ...hogwild(0) });
  const orders = await Promise.all(
    (["kind", "size"] as const).map((first) =>
      trained({
        ...sgd,
        tasks: first === "kind" ? ["kind", "size"] : ["size", "kind"],
        sampler: { kind: "round_robin" },
        steps: 2,
      }),
    ),
  );
  const distances = orders.map((one) =>
    Math.max(
      ...values(one.model, "hidden.kernel").map((value, at) =>
        Math.abs(value - (values(model, "hidden.kernel")[at] ?? NaN)),
      ),
    ),
  );
  expect(Math.min(...distances)).toBeLessThan(1e-6);
  expect(Math.max(...distances)).toBeGreaterThan(1e-4);
});

test("of one task is plain training, to the bit", async () => {
  const plain = await trained({ tasks: ["kind"], steps: 12 });
  const alone = await trained({ tasks: ["kind"], steps: 12, ...hogwild(0.5) });
  for (const name of plain.model.keys()) expect(values(alone.model, name), name).toEqual(values(plain.model, name));
});

test("each task has moments of its own, which no other task's update changes", async () => {
  const adam = { kind: "adam", rate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;
  const options = { optimizer: adam, schedule: constant, batch: 24, steps: 3 } as const;
  const { optimizer, state } = await trained({ ...options, ...hogwild(1) });
  const names = [...optimizer.keys()].filter((name) => name.startsWith("first_moment"));
  expect(names.toSorted()).toEqual(
    [
      ...["hidden.kernel", "hidden.bias"].flatMap((weight) => [
        `first_moment.kind/${weight}`,
        `first_moment.size/${weight}`,
      ]),
      ...["kernel", "bias"].flatMap((weight) => [
        `first_moment.kind/task.kind.head.${weight}`,
        `first_moment.size/task.size.head.${weight}`,
      ]),
    ].toSorted(),
  );
  expect(state.updates).toEqual({ "kind/kind+size": 3, "size/kind+size": 3, "kind/kind": 3, "size/size": 3 });
  // The first moments of the shared weights are those of a stage that trains the task alone.
  const first = await trained({ ...options, ...hogwild(1), steps: 1 });
  for (const task of ["kind", "size"]) {
    const alone = await trained({ ...options, tasks: [task], steps: 1 });
    const [own, plain] = [
      values(first.optimizer, `first_moment.${task}/hidden.kernel`),
      values(alone.optimizer, "first_moment/hidden.kernel"),
    ];
    expect(plain.length).toBe(20);
    expect(own).toEqual(plain);
  }
});
