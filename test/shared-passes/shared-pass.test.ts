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

  it("predicts with the trunk once", () => {
    const plan = program.plan("s");
    const own = tasks.map((task) => products(plan.predict(task)));
    const trunk = products(plan.predict("kind")) - 1;
    expect(products(plan.predict(tasks))).toBe(own.reduce((sum, count) => sum + count, 0) - 2 * trunk);
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

const image = "modality drawing: image(8, 8)";
const cases: { readonly [what: string]: string } = {
  "of which one hides tokens of the text that another reads": withTasks(
    "",
    `layer read = embed(12) -> encoder_layer(heads: 2, dropout: 10%)
layer known = embed(12)
task kind { from: words -> read -> mean  head: linear(3)  target: category("kind", classes: 3) }
task hidden { from: masked_positions(words) -> embed(12) -> cross_attend(words -> read, heads: 2)  head: linear(40)  target: masked(words, rate: 15%) }`,
  ),
  "that mix rows alike": withTasks(
    "",
    `stream seen = figures -> linear(12) -> gelu
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3)  augment: mixup(alpha: 0.3) }
task size { from: seen  head: linear(1)  target: number("size")  augment: mixup(alpha: 0.3) }`,
  ),
  "of which one mixes rows": withTasks(
    "",
    `stream seen = figures -> linear(12) -> gelu
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3)  augment: mixup(alpha: 0.3) }
task size { from: seen  head: linear(1)  target: number("size") }`,
  ),
  "of which two augment pictures alike": withTasks(
    image,
    `stream seen = drawing -> patches(4) -> linear(12) -> mean
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3)  augment: flip }
task size { from: seen  head: linear(1)  target: number("size")  augment: flip }
task tags { from: seen  head: linear(2)  target: labels("tags", classes: 2) }`,
  ),
  "of which one may lack a modality": withTasks(
    "",
    `stream seen = figures -> linear(12) -> gelu
task kind { from: mean(concat(optional words -> embed(12), learned(1, 12))) + seen  head: linear(3)  target: category("kind", classes: 3) }
task size { from: (words -> embed(12) -> mean) + seen  head: linear(1)  target: number("size") }`,
  ),
};

describe.each(Object.entries(cases))("a pass of tasks %s", (_, text) => {
  it("has the losses, predictions and gradients of the separate graphs", () => {
    const program = sound(text, { unused: "allowed" });
    const tasks = Object.keys(program.specification.tasks);
    const { shared, together, sums } = bothWays(program, tasks);
    expect(verify(shared)).toEqual([]);
    expectEqual(together, sums);
  });
});

describe("what tasks share", () => {
  const names = (text: string): readonly string[] => {
    const program = sound(text, { unused: "allowed" });
    const { inputs } = program.plan("s").gradients(Object.keys(program.specification.tasks));
    return inputs.map(({ name }) => name).filter((name) => !name.includes("target") && !name.includes("kernel"));
  };

  it("is not the text in which tokens are hidden", () => {
    const found = names(cases["of which one hides tokens of the text that another reads"] ?? "");
    expect(found).toEqual(expect.arrayContaining(["feature/words.ids", "feature/hidden/words.ids"]));
  });

  it("are pictures that are augmented alike, and not those that another task reads as they are", () => {
    const found = names(cases["of which two augment pictures alike"] ?? "");
    expect(found.filter((name) => name.startsWith("feature/"))).toEqual(["feature/kind/drawing", "feature/drawing"]);
  });

  it("is one number of mixup where it is the same for all", () => {
    const found = names(cases["that mix rows alike"] ?? "");
    expect(found.filter((name) => name.startsWith("scalar/") && !name.includes("loss_scale"))).toEqual([
      "scalar/kind/mixup",
    ]);
  });
});

describe("running statistics", () => {
  const running = `block running(x: vector): vector {
  state mean[width(x)] = zeros
  update mean = 0.9 * mean + 0.1 * reduce_mean(x, axis: 0)
  return x - mean
}`;
  const normed = (second: string): string =>
    withTasks(
      "",
      `${running}
layer standard = running
task kind { from: figures -> linear(12) -> standard  head: linear(3)  target: category("kind", classes: 3) }
task size { from: ${second} -> standard  head: linear(1)  target: number("size") }`,
    );

  it("of different values keep tasks apart, because a pass sets a state once", () => {
    expect(sound(normed("mean(words -> embed(12))"), { unused: "allowed" }).plan("s").passes).toEqual([
      ["kind"],
      ["size"],
    ]);
  });

  it("of the same values are updated once", () => {
    const text = withTasks(
      "",
      `${running}
stream seen = figures -> linear(12) -> running
task kind { from: seen  head: linear(3)  target: category("kind", classes: 3) }
task size { from: seen  head: linear(1)  target: number("size") }`,
    );
    const plan = sound(text, { unused: "allowed" }).plan("s");
    expect(plan.passes).toEqual([["kind", "size"]]);
    const states = plan.gradients(["kind", "size"]).outputs.filter(({ role }) => role.kind === "state");
    const [pass = []] = plan.passes;
    expect(states.map(({ name }) => name)).toEqual(
      plan
        .gradients(pass[0] ?? "")
        .outputs.filter(({ role }) => role.kind === "state")
        .map(({ name }) => name),
    );
  });
});
