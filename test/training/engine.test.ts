import { afterAll, beforeAll, expect, test } from "vitest";
import { slotShapes, updateScalars } from "../../compiler/differentiate/optimizers/index.ts";
import { stepGraph } from "../../compiler/differentiate/training-graphs.ts";
import { sizeOf } from "../../compiler/graph/graph.ts";
import type { StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import type { Engine, TensorData } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { interpret } from "../graph/reference.ts";
import { SMALL, transformer } from "../graph/transformer.ts";
import { passOf } from "../../compiler/stage/plan.ts";

const STEPS = 20;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2 });
});
afterAll(() => engine.dispose());

// An epsilon that is not small: elsewhere tiny gradients, which are noise in float32, would give steps of full size.
const moments = { beta1: 0.9, beta2: 0.99, epsilon: 1e-3 };
const optimizers: readonly ResolvedOptimizer[] = [
  { kind: "adamw", rate: 0.01, weight_decay: 0.1, ...moments },
  { kind: "lamb", rate: 0.01, weight_decay: 0.1, ...moments },
  {
    kind: "adafactor",
    rate: 0.02,
    relative_step: true,
    clip: 1,
    decay_exponent: 0.8,
    beta1: 0,
    epsilon1: 1e-4,
    epsilon2: 1e-3,
    weight_decay: 0.1,
  },
];

test.each(optimizers)(
  "twenty steps of $kind with clipping on the engine follow the reference interpreter",
  async (optimizer) => {
    const { graph, inputs } = transformer(SMALL);
    const weights = graph.inputs.flatMap(({ role, value: { shape } }): StageWeight[] =>
      role.kind === "weight"
        ? [
            {
              name: role.weight,
              kind: "weight",
              shape,
              initializer: { kind: "zeros" },
              trainable: true,
              decayed: shape.length > 1,
              class: "all",
              tasks: ["t"],
            },
          ]
        : [],
    );
    const forward = { task: "t", mode: "train", batch: SMALL.batch, graph, weights } as const;
    const training = stepGraph(passOf(forward), weights, { optimizer, untouched: "skip", clip: 0.5 });
    const stateNames = new Set(
      training.outputs.flatMap(({ role, name }) => (role.kind === "weight" || role.kind === "slot" ? [name] : [])),
    );
    const zeroSlots = weights.flatMap(({ name, shape }) =>
      Object.entries(slotShapes(optimizer, shape)).map(
        ([slot, own]) => [`${slot}/${name}`, new Float64Array(sizeOf(own))] as const,
      ),
    );

    const executable = await engine.load(training);
    const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
    const toTensors = (values: ReadonlyMap<string, ArrayLike<number>>): Map<string, TensorData> =>
      new Map(training.inputs.map(({ name, value }) => [name, arrays[value.dtype].from(values.get(name) ?? [])]));

    let exact = new Map<string, ArrayLike<number>>([...inputs, ...zeroSlots]);
    let trained: ReadonlyMap<string, ArrayLike<number>> = exact;
    const losses: number[] = [];
    for (let count = 1; count <= STEPS; count++) {
      const scalars = Object.entries(updateScalars(optimizer, { rate: optimizer.rate, count })).map(
        ([name, value]) => [`update/all/${name}`, [value]] as const,
      );
      const expected = interpret(training, new Map([...exact, ...scalars]));
      const outputs = await executable.run(toTensors(new Map([...trained, ...scalars])));
      losses.push(outputs.get("loss")?.[0] ?? NaN);
      for (const [name, values] of expected)
        values.forEach((value, at) =>
          expect(Math.abs((outputs.get(name)?.[at] ?? NaN) - value), `${name} at step ${count}`).toBeLessThan(
            1e-4 * (1 + Math.abs(value)),
          ),
        );
      exact = new Map([...exact, ...[...expected].filter(([name]) => stateNames.has(name))]);
      trained = new Map([...trained, ...[...outputs].filter(([name]) => stateNames.has(name))]);
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? NaN) / 2);
    await executable.dispose();
  },
);
