import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type UpdateOptions, applyGraph } from "../../compiler/differentiate/training-graphs.ts";
import { scalarsOfRule } from "../../compiler/differentiate/update-rule.ts";
import { type Graph, type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import { lowerToHost } from "../../compiler/lower/host/lower-to-host.ts";
import type { StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import type { Engine, TensorData } from "../../runtime/engines/engine.ts";
import { HostExecutable } from "../../runtime/engines/host-executable.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { uniform } from "../graph/random-data.ts";
import { distance, expected, feed } from "../onnx/support.ts";

const moments = { beta1: 0.9, beta2: 0.99, epsilon: 1e-3 };
const optimizers: readonly ResolvedOptimizer[] = [
  { kind: "sgd", rate: 0.1 },
  { kind: "momentum", rate: 0.1, momentum: 0.9, nesterov: true },
  { kind: "adam", rate: 0.1, ...moments },
  { kind: "adamw", rate: 0.1, weight_decay: 0.1, ...moments },
  { kind: "adamax", rate: 0.1, weight_decay: 0.1, ...moments },
  { kind: "lamb", rate: 0.1, weight_decay: 0.1, ...moments },
];
const plans: readonly Omit<UpdateOptions, "optimizer" | "untouched">[] = [
  {},
  { clip: 0.01 },
  { clip: 1e6 },
  { average: { kind: "exponential", decay: 0.9 } },
];
const cases = optimizers.flatMap((optimizer) =>
  plans.map((plan): UpdateOptions => ({ ...plan, optimizer, untouched: "skip" })),
);

const weights = Object.entries({ table: [93, 59], kernel: [5, 3], bias: [3], scale: [1] }).map(
  ([name, shape]): StageWeight => ({
    name,
    kind: "weight",
    shape,
    initializer: { kind: "zeros" },
    trainable: true,
    decayed: shape.length > 1,
    class: "all",
    tasks: ["t"],
  }),
);

function problem(options: UpdateOptions) {
  const graph = applyGraph(["t"], weights, options);
  const numbers = scalarsOfRule(options, { factor: 1, count: 3 });
  const draw = (seed: number, shape: Shape, low: number): readonly number[] => uniform(seed, shape, { low, high: 1 });
  const inputs = new Map(
    graph.inputs.map(({ name, role, value }, seed) => [
      name,
      role.kind === "update"
        ? [numbers[role.name] ?? Number.NaN]
        : draw(seed, value.shape, role.kind === "slot" ? 0.1 : -1),
    ]),
  );
  return { graph, inputs };
}

function onHost(graph: Graph): HostExecutable {
  const program = lowerToHost(graph);
  if (!program) throw new Error("the update is not for the host");
  return new HostExecutable(program);
}

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ engine: "onnx", threads: 2 });
});
afterAll(() => engine.dispose());

describe.each(cases)("the update by $optimizer.kind with clip $clip and average $average.kind, on the host", (each) => {
  const { graph, inputs } = problem(each);

  test("is that of the reference and of the engine", async () => {
    const updated = await onHost(graph).run(feed(graph, inputs));
    expect(distance(updated, expected(graph, inputs))).toBeLessThan(1e-6);
    const byEngine = await (await engine.load(graph)).run(feed(graph, inputs));
    expect(
      distance(updated, new Map([...byEngine].map(([name, data]) => [name, Float64Array.from(data)]))),
    ).toBeLessThan(1e-6);
  });

  test("in place gives the bits that it gives apart, again and again", async () => {
    const [apart, inPlace] = [onHost(graph), onHost(graph)];
    let before: ReadonlyMap<string, TensorData> = feed(graph, inputs);
    const overwritten = feed(graph, inputs);
    for (let step = 0; step < 3; step++) {
      const after = await apart.run(before);
      await inPlace.run(overwritten, new Map([...overwritten].filter(([name]) => after.has(name))));
      before = new Map([...before, ...after]);
      for (const name of after.keys())
        if (overwritten.has(name)) expect(overwritten.get(name), name).toEqual(after.get(name));
    }
  });
});

test.each([{}, { average: { kind: "exponential", decay: 0.9 } }] as const)(
  "an update that repeats itself in every weight is one loop's code, and one pass a weight, its average included: %j",
  (plan) => {
    const { graph } = problem({ optimizer: { kind: "adam", rate: 0.1, ...moments }, untouched: "skip", ...plan });
    const loops = lowerToHost(graph)?.actions.flatMap((action) => (action.kind === "loop" ? [action.loop] : [])) ?? [];
    const arrays = "average" in plan ? 5 : 4;
    expect(loops.map(({ size, arrays: read }) => [size, read.length])).toEqual(
      weights.filter(({ shape }) => sizeOf(shape) > 1).map(({ shape }) => [sizeOf(shape), arrays]),
    );
    expect(new Set(loops.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  },
);
