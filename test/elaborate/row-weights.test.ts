import { describe, expect, test } from "vitest";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { complaints, evaluate, seeded, sound } from "./harness.ts";

const plan: StagePlan = sound(`model weighted
modality v: tensor(4)
stream seen = v -> linear(5) -> norm
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3) }
task size { from: seen  head: linear(1)  target: number("size") }
dataset data { path: "data.jsonl"  weight: "w"  tasks: all }
stage fit { optimizer: sgd(rate: 0.1)  steps: 3  batch: 4 }
`).plan("fit");

const rows = { first: [0.3, -1, 2, 0.5], second: [1, 0.2, -0.7, -0.1] };
const targets: { readonly [task: string]: Record<keyof typeof rows, number> } = {
  kind: { first: 2, second: 0 },
  size: { first: -1.5, second: 0.5 },
};

/** Loss and gradients of a batch of these rows, padded. */
function gradients(
  task: string,
  batch: readonly { readonly row: keyof typeof rows; readonly weight: number }[],
): ReadonlyMap<string, ArrayLike<number>> {
  const graph = plan.gradients(task);
  const padded = Array.from({ length: 4 }, (_, at) => batch[at] ?? { row: "first" as const, weight: 0 });
  const feeds = new Map<string, readonly number[]>([
    ["v", padded.flatMap(({ row }) => rows[row])],
    [`${task}.target`, padded.map(({ row }) => targets[task]?.[row] ?? Number.NaN)],
  ]);
  const inputs = [...seeded(graph)].map(([name, data]) => {
    const role = graph.inputs.find((input) => input.name === name)?.role;
    if (role?.kind === "row_weight") return [name, padded.map(({ weight }) => weight)] as const;
    return [name, role?.kind === "feature" ? (feeds.get(role.feature) ?? data) : data] as const;
  });
  return evaluate(graph, Object.fromEntries(inputs));
}

test.each(["kind", "size"])("a row of weight 2 counts as much as the row twice, for %s", (task) => {
  const weighted = gradients(task, [
    { row: "first", weight: 2 },
    { row: "second", weight: 1 },
  ]);
  const twice = gradients(task, [
    { row: "first", weight: 1 },
    { row: "second", weight: 1 },
    { row: "first", weight: 1 },
  ]);
  const once = gradients(task, [
    { row: "first", weight: 1 },
    { row: "second", weight: 1 },
  ]);
  const learnt = [...weighted.keys()].filter((name) => name === "loss" || name.startsWith("gradient/"));
  expect(learnt.length).toBeGreaterThan(4);
  for (const name of learnt)
    for (const [at, value] of Array.from(weighted.get(name) ?? []).entries())
      expect(value, name).toBeCloseTo(twice.get(name)?.[at] ?? Number.NaN, 10);
  expect(Array.from(weighted.get("loss") ?? [])).not.toEqual(Array.from(once.get("loss") ?? []));
});

describe("weights of classes", () => {
  const text = (target: string): string => `model birds
modality v: tensor(4)
task kind { from: v -> linear(2)  head: linear(2)  target: category("kind", ${target}) }
dataset data { path: "data.jsonl"  tasks: all }
stage fit { optimizer: sgd(rate: 0.1)  steps: 3 }
`;
  const weightsOf = (target: string): unknown => {
    const { target: resolved } = sound(text(target)).specification.tasks["kind"] ?? {};
    return resolved?.kind === "category" ? resolved.class_weights : undefined;
  };

  test("are a list, a map by name, or balanced", () => {
    expect(weightsOf("classes: 2, class_weights: [1, 4]")).toEqual([1, 4]);
    expect(weightsOf('classes: ["very good", "poor"], class_weights: { "very good": 2, poor: 0.5 }')).toEqual([
      ["very good", 2],
      ["poor", 0.5],
    ]);
    expect(weightsOf("2, balanced")).toBe("balanced");
    expect(weightsOf("2")).toBeUndefined();
  });

  test("are for classes that there are, and not negative", () => {
    expect(complaints(text('classes: ["good", "poor"], class_weights: { pour: 2 }'))).toEqual(["unknown_option"]);
    expect(complaints(text("2, [1, 2, 3]"))).toEqual(["class_weights_count"]);
    expect(complaints(text("2, { good: -1 }"))).toEqual(["out_of_range"]);
    // Names of counted classes are only known with the data.
    expect(complaints(text("2, { good: 1 }"))).toEqual([]);
  });
});
