import { describe, expect, test } from "vitest";
import { lossScale } from "../../compiler/differentiate/training-graphs.ts";
import { gramOf } from "../../runtime/train/balance/gram.ts";
import { sound } from "../elaborate/harness.ts";
import { interpret } from "../graph/reference.ts";

const tasks = ["a", "b"];
const planOf = (balance: string) =>
  sound(`model heads
modality x: tensor(1)
stream seen = x -> linear(2, bias: false)
${tasks.map((task) => `task ${task} { from: seen  head: linear(1, bias: false)  target: number("${task}", standardise: false) }`).join("\n")}
dataset rows { path: "rows.jsonl"  tasks: all }
stage s { optimizer: sgd(rate: 0.1)  batch: 2  steps: 10  step: joint  balance: ${balance} }`).plan("s");

/** Two rows x = 1 and x = 2 with z = (x, 2x), the heads (1, 0) and (1, −1), and the targets (0, 0) and (1, 0). */
const values = new Map<string, readonly number[]>([
  ["seen.kernel", [1, 2]],
  ["task.a.head.kernel", [1, 0]],
  ["task.b.head.kernel", [1, -1]],
  ["feature/x", [1, 2]],
  ["feature/a.target", [0, 0]],
  ["feature/b.target", [1, 0]],
  ["row_weight/a", [1, 1]],
  ["row_weight/b", [1, 1]],
]);

describe("gradients of a representation", () => {
  const plan = planOf("pcgrad(of: representation)");

  test("are those of the values that the heads read, of which the dot products by hand follow", () => {
    const graph = plan.representationGradients(tasks);
    const found = interpret(graph, values);
    // The squared errors are (ŷ − y)² with ŷ = (1, 2) for a and (−1, −2) for b. The mean of two rows has the gradient (ŷ − y)·head for each row.
    const gradients = tasks.map((task) => [...(found.get(`representation_gradient/${task}/0`) ?? [])]);
    expect(gradients).toEqual([
      [1, 0, 2, 0],
      [-2, 2, -2, 2],
    ]);
    const maps = gradients.map((gradient) => new Map([["0", gradient]]));
    expect(gramOf(maps, new Set(["0"]))).toEqual([
      [5, -6],
      [-6, 16],
    ]);
    expect(graph.outputs.filter(({ role }) => role.kind === "representation_gradient")).toHaveLength(2);
    expect(tasks.map((task) => [...(found.get(`loss/${task}`) ?? [])])).toEqual([[2.5], [4]]);
  });

  test("weigh the shared weights, and leave each head to its own loss", () => {
    const scales = tasks.map((task, index): [string, number[]] => [`scalar/${lossScale(task)}`, [index + 2]]);
    const found = interpret(plan.gradients(tasks), new Map([...values, ...scales]));
    // ∂L∕∂kernel = Σ x·∂L∕∂z: (5, 0) for a, and (−6, 6) for b.
    expect([...(found.get("gradient/seen.kernel") ?? [])]).toEqual([2 * 5 - 3 * 6, 3 * 6]);
    expect([...(found.get("gradient/task.a.head.kernel") ?? [])]).toEqual([5, 10]);
    expect([...(found.get("gradient/task.b.head.kernel") ?? [])]).toEqual([-6, -12]);
  });

  test("take one backward pass of the trunk, whatever the number of tasks", () => {
    const products = (graph: { readonly nodes: readonly { readonly op: string }[] }) =>
      graph.nodes.filter(({ op }) => op === "matmul").length;
    expect(products(plan.representationGradients(tasks))).toBe(1 + 2 * tasks.length);
    expect(products(plan.gradients(tasks))).toBeLessThanOrEqual(
      products(planOf("fixed").gradients(tasks)) + tasks.length,
    );
  });
});
