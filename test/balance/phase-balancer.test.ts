import { expect, test } from "vitest";
import type { ResolvedBalance } from "../../compiler/schema/resolved.ts";
import type { Semantics } from "../../compiler/semantics.ts";
import { PhaseBalancer, type TaskGradients } from "../../runtime/train/balance/phase-balancer.ts";
import { stage, tinyProgram } from "../trainer/tiny-program.ts";

function open(balance: ResolvedBalance, semantics: Semantics = 3): PhaseBalancer {
  const program = tinyProgram([stage({ step: { kind: "joint" }, balance })]);
  const plan = program.plan("fit");
  const tasks = plan.tasks.map((name) => ({ name, rows: 8, steps: 2 }));
  return new PhaseBalancer({
    plan,
    specification: { ...program.specification, semantics },
    tasks,
    phase: "fit",
    seed: 1,
  });
}

/** Gradients of the shared bias and of each task's own, which conflict with everything. */
const gradients = (): readonly TaskGradients[] =>
  [
    { task: "kind", shared: [1, 0] },
    { task: "size", shared: [-1, 1] },
  ].map(({ task, shared }) => ({
    task,
    loss: 1,
    gradients: new Map([
      ["gradient/hidden.bias", Float32Array.from(shared)],
      [`gradient/task.${task}.head.bias`, new Float32Array([100])],
    ]),
  }));

test("a method of shared weights looks at these alone, and leaves each task's own weights to its loss", () => {
  const balancer = open({ kind: "mgda" });
  const [kind, size] = balancer.balance(gradients());
  expect([kind?.own, size?.own]).toEqual([1, 1]);
  expect(kind?.shared).toBeCloseTo(1.2, 6);
  expect(size?.shared).toBeCloseTo(0.8, 6);
  if (!kind) throw new Error("no factors");
  expect(balancer.factorOf("gradient/hidden.bias", kind)).toBe(kind.shared);
  expect(balancer.factorOf("gradient/task.kind.head.bias", kind)).toBe(1);
});

test("a weight of a loss is that of all its gradients", () => {
  const [kind, size] = open({ kind: "stch", mu: 1, warmup: 0, lowest: { size: -1 } }).balance(gradients());
  expect(kind?.own).toBe(kind?.shared);
  expect((size?.own ?? 0) / (kind?.own ?? 1)).toBeCloseTo(Math.E, 6);
});

test("PCGrad projects the gradients themselves in runs of earlier semantics, and in later ones gives the same update by factors", () => {
  const [old, current] = [gradients(), gradients()];
  expect(open({ kind: "pcgrad" }, 1).balance(old)).toEqual([
    { shared: 1, own: 1 },
    { shared: 1, own: 1 },
  ]);
  expect(old.map((task) => [...(task.gradients.get("gradient/hidden.bias") ?? [])])).toEqual([
    [0.5, 0.5],
    [0, 1],
  ]);
  expect(open({ kind: "pcgrad" }).balance(current)).toEqual([
    { shared: 2, own: 1 },
    { shared: 1.5, own: 1 },
  ]);
  expect(current).toEqual(gradients());
});
