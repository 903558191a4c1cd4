import { describe, expect, test } from "vitest";
import { complaints, evaluate, forwardOf, seeded, sound } from "../elaborate/harness.ts";
import { relativeError, withGradients } from "../graph/gradient-check.ts";

// SMART (Jiang et al., 2020): the loss and its gradient, compared with plain loops in which the perturbation is a constant.

const specification = (loss: string, head = "linear(3)") => `model m
modality x: tensor(2, 4)
layer entered = identity
stream h = x -> linear(4) -> entered -> tanh -> mean
task t { from: h  head: ${head}  target: category("y", classes: 3)  loss: ${loss} }
`;

const weightsOf = (loss: string) => {
  const { graph } = forwardOf(sound(specification(loss)), { mode: "train", batch: 1 });
  return { graph, inputs: seeded(graph) };
};

describe("a stream that is run again", () => {
  test("has the values that it has for other inputs, and its own for its own", () => {
    const loss = (other: string) => `cross_entropy + reduce_sum(rerun(output, at: output_of(entered), with: ${other}))`;
    const term = (text: string) => {
      const { graph, inputs } = weightsOf(text);
      const outputs = evaluate(graph, Object.fromEntries(inputs));
      return [...outputs].filter(([name]) => name.startsWith("loss/")).at(-1)?.[1][0];
    };
    const same = term(loss("output_of(entered)"));
    const plain = term("cross_entropy + reduce_sum(1 * output)");
    expect(same).toBeCloseTo(plain ?? Number.NaN, 12);
    const { graph, inputs } = weightsOf("cross_entropy + reduce_sum(1 * output)");
    const bias = Array.from(inputs.get("h.linear.bias") ?? [], (value) => value + 0.5);
    const moved = evaluate(graph, { ...Object.fromEntries(inputs), "h.linear.bias": bias });
    expect(term(loss("output_of(entered) + 0.5"))).toBeCloseTo(
      [...moved].filter(([name]) => name.startsWith("loss/")).at(-1)?.[1][0] ?? Number.NaN,
      9,
    );
  });
});

/** The model in plain loops: logits for a shift of the stream that `entered` names. */
function logitsOf(inputs: ReadonlyMap<string, ArrayLike<number>>, delta: readonly number[]): readonly number[] {
  const value = (name: string) => Array.from(inputs.get(name) ?? []);
  const [x, kernel, bias] = [value("feature/x"), value("h.linear.kernel"), value("h.linear.bias")];
  const hidden = [0, 1].map((token) =>
    bias.map((start, to) =>
      Math.tanh(
        Array.from({ length: 4 }, (_, at) => (x[token * 4 + at] ?? 0) * (kernel[at * 4 + to] ?? 0)).reduce(
          (sum, each) => sum + each,
          start + (delta[token * 4 + to] ?? 0),
        ),
      ),
    ),
  );
  const mean = Array.from({ length: 4 }, (_, at) => ((hidden[0]?.[at] ?? 0) + (hidden[1]?.[at] ?? 0)) / 2);
  const [head, headBias] = [value("task.t.head.kernel"), value("task.t.head.bias")];
  return headBias.map((start, to) => mean.reduce((sum, each, at) => sum + each * (head[at * 3 + to] ?? 0), start));
}

const logSoftmax = (logits: readonly number[]) => {
  const total = Math.log(logits.reduce((sum, each) => sum + Math.exp(each), 0));
  return logits.map((each) => each - total);
};
const apart = (one: readonly number[], other: readonly number[]) => {
  const [p, q] = [logSoftmax(one), logSoftmax(other)];
  return p.reduce((sum, each, at) => sum + (Math.exp(each) - Math.exp(q[at] ?? 0)) * (each - (q[at] ?? 0)), 0);
};

describe("SMART", () => {
  const { graph, inputs } = weightsOf("cross_entropy + smart(at: output_of(entered), radius: 0.2, noise: 0.05)");
  const none = Array.from({ length: 8 }, () => 0);
  const bytes = graph.inputs
    .filter(({ role }) => role.kind === "random")
    .map(({ name }) => Array.from(inputs.get(name) ?? []));
  const [first = [], second = []] = bytes.map((each) => each.map((byte) => (byte + 0.5) / 256));
  const start = first.map(
    (uniform, at) => 0.05 * Math.sqrt(-2 * Math.log(uniform)) * Math.cos(2 * Math.PI * (second[at] ?? 0)),
  );
  const slope = start.map((_, at) => {
    const shifted = (by: number) => start.map((each, other) => each + (other === at ? by : 0));
    const own = logitsOf(inputs, none);
    return (apart(own, logitsOf(inputs, shifted(1e-6))) - apart(own, logitsOf(inputs, shifted(-1e-6)))) / 2e-6;
  });
  const perturbation = start.map((each, at) => {
    const token = slope.slice(Math.floor(at / 4) * 4, Math.floor(at / 4) * 4 + 4);
    const moved = each + (0.2 * (slope[at] ?? 0)) / Math.max(...token.map(Math.abs));
    return Math.max(Math.min(moved, 0.2), -0.2);
  });

  test("is the symmetric divergence under the perturbation that one step of ascent finds", () => {
    const value = evaluate(graph, Object.fromEntries(inputs)).get("loss/smart")?.[0];
    expect(value).toBeCloseTo(apart(logitsOf(inputs, none), logitsOf(inputs, perturbation)), 6);
    expect(value).toBeGreaterThan(1e-4);
  });

  test("has the gradient of that divergence with the perturbation as a constant", () => {
    const weightsIn = (of: typeof graph) =>
      of.inputs.filter(({ name }) => name === "task.t.head.kernel" || name === "h.linear.bias");
    const weights = weightsIn(graph);
    const gradients = evaluate(withGradients(graph, weights), Object.fromEntries(inputs));
    const plain = weightsOf("cross_entropy");
    const alone = evaluate(withGradients(plain.graph, weightsIn(plain.graph)), Object.fromEntries(inputs));
    for (const { name } of weights) {
      const own = Array.from(inputs.get(name) ?? []);
      const expected = own.map((_, at) => {
        const distance = (by: number) => {
          const changed = new Map([...inputs, [name, own.map((each, other) => each + (other === at ? by : 0))]]);
          return apart(logitsOf(changed, none), logitsOf(changed, perturbation));
        };
        return (distance(1e-5) - distance(-1e-5)) / 2e-5;
      });
      const found = gradients
        .get(`gradient/${name}`)
        ?.map((each, at) => each - (alone.get(`gradient/${name}`)?.[at] ?? 0));
      expect(relativeError(found ?? [], expected), name).toBeLessThan(1e-4);
    }
  });

  test("is 0 outside of training", () => {
    const { graph: evaluated } = forwardOf(sound(specification("smart(at: output_of(entered))")), { batch: 1 });
    expect(evaluate(evaluated).get("loss/smart")?.[0]).toBeCloseTo(0, 12);
  });
});

test("the gradient of a stream equals central differences", () => {
  const { graph } = forwardOf(
    sound(`model m
    modality x: tensor(4)
    layer entered = identity
    stream h = x -> entered -> linear(3) -> tanh
    task t { from: h  head: linear(1)  target: number("y")  loss: reduce_sum(gradient(h * h, at: output_of(entered)) * linspace(1, 4, 4)) + mse }`),
    { batch: 1 },
  );
  const given = Object.fromEntries(seeded(graph));
  const x = Array.from(given["feature/x"] ?? []);
  const [kernel, bias] = ["h.linear.kernel", "h.linear.bias"].map((name) => Array.from(given[name] ?? []));
  const squares = (from: readonly number[]) =>
    (bias ?? [])
      .map(
        (start, to) => Math.tanh(from.reduce((sum, each, at) => sum + each * (kernel?.[at * 3 + to] ?? 0), start)) ** 2,
      )
      .reduce((sum, each) => sum + each, 0);
  const expected = x.reduce((sum, _, at) => {
    const moved = (by: number) => squares(x.map((each, other) => each + (other === at ? by : 0)));
    return sum + ((at + 1) * (moved(1e-5) - moved(-1e-5))) / 2e-5;
  }, 0);
  expect(evaluate(graph).get("loss/penalty")?.[0]).toBeCloseTo(expected, 8);
});

test("errors name what does not fit", () => {
  const of = (loss: string) => complaints(specification(loss));
  expect(of("smart(at: output_of(entered))")).toEqual([]);
  expect(of("cross_entropy + smart(at: output_of(linear))")).toContain("requirement");
  expect(of("cross_entropy + smart(at: x -> tanh)")).toContain("requirement");
});
