import { describe, expect, it } from "vitest";
import { lossScale } from "../../compiler/differentiate/training-graphs.ts";
import { type Graph, type InputRole, roleName, sizeOf } from "../../compiler/graph/graph.ts";
import { verify } from "../../compiler/graph/verify.ts";
import { sharedFeature, sharedInputs } from "../../compiler/features/shared-inputs.ts";
import type { Program } from "../../compiler/program.ts";
import { sound } from "../elaborate/harness.ts";
import { integers, uniform } from "../graph/random-data.ts";
import { interpret } from "../graph/reference.ts";

const batch = 6;

const withTasks = (modalities: string, tasks: string): string => `model heads
modality words: text(max_length: 8, tokenizer: characters(size: 40))
modality figures: tensor(5)
${modalities}
${tasks}
dataset rows { path: "rows.jsonl"  tasks: all }
stage s { optimizer: sgd(rate: 0.1)  batch: ${batch}  steps: 10  step: joint }
`;

/** Three tasks over one text encoder with dropout; one of them reads numbers too. */
const threeTasks = withTasks(
  "",
  `stream read = words -> embed(12) -> encoder_layer(heads: 2, dropout: 10%) -> mean
stream seen = figures -> linear(12) -> gelu -> dropout(20%)
task kind { from: read  head: linear(3)  target: category("kind", classes: 3) }
task size { from: read  head: linear(8) -> gelu -> linear(1)  target: number("size")  weight: 0.5 }
task tags { from: read + seen  head: linear(2)  target: labels("tags", classes: 2) }`,
);

/** Values for every input of a graph: equal for inputs of equal names. */
function valuesOf(
  graphs: readonly Graph[],
  rowWeights: ReadonlyMap<string, readonly number[]>,
): Map<string, readonly number[]> {
  const values = new Map<string, readonly number[]>();
  for (const { inputs } of graphs) {
    for (const { name, role, value } of inputs) {
      if (values.has(name)) continue;
      values.set(name, valueOf(role, value.shape, value.dtype, seedOf(name), rowWeights));
    }
  }
  return values;
}

function valueOf(
  role: InputRole,
  shape: readonly number[],
  dtype: string,
  seed: number,
  rowWeights: ReadonlyMap<string, readonly number[]>,
): readonly number[] {
  if (role.kind === "row_weight") return rowWeights.get(role.task ?? "") ?? Array.from({ length: batch }, () => 1);
  if (role.kind === "class_mask") return Array.from({ length: sizeOf(shape) }, () => 1);
  if (role.kind === "scalar") return [0.3];
  if (role.kind === "random") return [...integers(seed, shape, { below: 256 })];
  if (role.kind === "feature" && role.feature.endsWith(".mask"))
    return Array.from({ length: sizeOf(shape) }, (_, index) => (index % 8 < 6 ? 1 : 0));
  if (dtype === "int32") return [...integers(seed, shape, { below: 3 })];
  return dtype === "float32" ? [...uniform(seed, shape)] : [...integers(seed, shape, { below: 2 })];
}

function seedOf(name: string): number {
  return name.split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 100_003, 7);
}

/** The losses and gradients of a pass, and those of the separate graphs by the same names. */
function bothWays(
  program: Program,
  tasks: readonly string[],
  rowWeights: ReadonlyMap<string, readonly number[]> = new Map(),
) {
  const plan = program.plan("s");
  const shared = plan.gradients(tasks);
  const separate = new Map(tasks.map((task) => [task, plan.gradients(task)]));
  const scales = new Map(tasks.map((task, index) => [`scalar/${lossScale(task)}`, [1 + index]]));
  const inputs = sharedInputs(program.specification, tasks, "train");
  const values = valuesOf([shared], rowWeights);
  const together = interpret(shared, new Map([...values, ...scales]));
  const sums = new Map<string, number[]>();
  for (const [index, [task, graph]] of [...separate].entries()) {
    const own = new Map(
      graph.inputs.map(({ name, role }) => {
        const shared =
          role.kind === "feature"
            ? roleName({ ...role, feature: sharedFeature(inputs, task, role.feature) })
            : role.kind === "row_weight" || role.kind === "class_mask"
              ? roleName({ ...role, task })
              : role.kind === "scalar"
                ? ([...values.keys()].find((each) => each.endsWith(role.name) && each !== name) ?? name)
                : name;
        return [name, values.get(shared) ?? values.get(roleName({ ...role, task } as InputRole)) ?? []];
      }),
    );
    for (const [name, data] of interpret(graph, own)) {
      if (name === "loss") sums.set(`loss/${task}`, [...data]);
      else if (name.startsWith("gradient/"))
        sums.set(
          name,
          [...data].map((each, at) => (sums.get(name)?.[at] ?? 0) + (1 + index) * each),
        );
      else if (name.startsWith("prediction/")) sums.set(name.replace("/", `/${task}/`), [...data]);
    }
  }
  return { shared, separate: [...separate.values()], together, sums };
}

function expectEqual(
  together: ReadonlyMap<string, ArrayLike<number>>,
  sums: ReadonlyMap<string, readonly number[]>,
): void {
  expect([...sums.keys()].filter((name) => !together.has(name))).toEqual([]);
  for (const [name, data] of sums) {
    const found = Array.from(together.get(name) ?? []);
    expect(found.length).toBe(data.length);
    for (const [index, value] of data.entries())
      expect(Math.abs((found[index] ?? Number.NaN) - value), `${name} ${index}`).toBeLessThan(1e-9);
  }
}

const products = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === "matmul").length;

describe("a pass of several tasks", () => {
  const program = sound(threeTasks);
  const tasks = ["kind", "size", "tags"];

  it("is what a joint step over one data set computes", () => {
    expect(program.plan("s").passes).toEqual([tasks]);
  });

  it("has the losses, predictions and gradients of the separate graphs, where labels are missing too", () => {
    const rowWeights = new Map([
      ["kind", [1, 1, 0, 1, 1, 0]],
      ["size", [1, 0, 1, 1, 2, 0]],
    ]);
    const { shared, together, sums } = bothWays(program, tasks, rowWeights);
    expect(verify(shared)).toEqual([]);
    expectEqual(together, sums);
  });

  it("computes the trunk once, forward and backward", () => {
    const { shared, separate } = bothWays(program, tasks);
    const [kind = 0, size = 0, tags = 0] = separate.map(products);
    const plan = program.plan("s");
    const trunk = products(plan.gradients("kind")) - 3;
    expect(products(shared)).toBe(kind + size + tags - 2 * trunk);
  });

  it("gives each task's gradients by one forward pass", () => {
    const plan = program.plan("s");
    const each = plan.taskGradients(tasks);
    const values = valuesOf([each], new Map());
    const found = interpret(each, values);
    for (const task of tasks) {
      const scales = tasks.map((other): [string, number[]] => [`scalar/${lossScale(other)}`, [other === task ? 1 : 0]]);
      const alone = interpret(plan.gradients(tasks), new Map([...values, ...scales]));
      for (const [name, data] of found) {
        if (!name.startsWith(`gradient/${task}/`)) continue;
        const own = alone.get(name.replace(`gradient/${task}/`, "gradient/")) ?? [];
        for (const [index, value] of data.entries())
          expect(Math.abs(value - (own[index] ?? Number.NaN))).toBeLessThan(1e-9);
      }
    }
  });
});
