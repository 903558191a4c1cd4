import { describe, expect, test } from "vitest";
import { type Given, complaints, evaluate, forwardOf, seeded, sound } from "../elaborate/harness.ts";
import { close, numbers } from "./numbers.ts";
import { type Matrix, type Weights, linear, matrix, zip } from "./oracle.ts";

const layer = "block hidden(x: vector): vector { return x -> linear(5) -> relu }\n";
const tasks = (from: string): string => `
task a { from: ${from}  head: linear(2)  target: category("a", classes: 2) }
task b { from: ${from}  head: linear(1)  target: number("b") }
task c { from: ${from}  head: linear(1)  target: number("c") }
dataset d { path: "d.jsonl"  tasks: [a, b, c] }
stage fit { step: joint  optimizer: sgd(rate: 0.1)  batch: 2  epochs: 1 }`;
const whole = (stream: string): string =>
  `model m\nmodality v: tensor(4)\n${layer}stream s = v -> ${stream}${tasks("s")}`;

const relu = (x: Matrix): Matrix => x.map((row) => row.map((value) => Math.max(0, value)));
const times = (x: Matrix, factor: readonly number[]): Matrix =>
  x.map((row) => row.map((value, column) => value * (factor[column] ?? Number.NaN)));
const add = (...parts: readonly Matrix[]): Matrix => parts.reduce((sum, part) => zip(sum, part, (x, y) => x + y));
/** Rows of `experts`, each times its share by the softmax of x·W. */
function mixture(x: Matrix, experts: readonly Matrix[], gate: string, { matrix: kernelOf }: Weights): Matrix {
  const kernel = kernelOf(`${gate}.kernel`);
  const scores = experts.map((_, expert) =>
    Math.exp((x[0] ?? []).reduce((sum, value, k) => sum + value * (kernel[k]?.[expert] ?? Number.NaN), 0)),
  );
  const total = scores.reduce((sum, score) => sum + score, 0);
  return add(
    ...experts.map((expert, index) => expert.map((row) => row.map((v) => (v * (scores[index] ?? 0)) / total))),
  );
}

describe("a block computes what its paper says", () => {
  const all = ["a", "b", "c"] as const;
  const blocks = layer + tasks("s");

  test("cross-stitch (Misra et al., 2016, eq. 1), by channel and by layer", () => {
    for (const unit of ["channel", "layer"]) {
      const { values, given, byName } = numbers(
        `stream s = v -> cross_stitch(2, layer: hidden, unit: ${unit})\n${blocks}`,
        {
          task: "b",
          unused: "allowed",
        },
      );
      let inputs = new Map(all.map((task) => [task, matrix(given("feature/v"), 4)]));
      for (const level of [0, 1]) {
        const outputs = new Map(
          all.map((task) => [task, relu(linear(inputs.get(task) ?? [], `s.${level}.${task}.layer.linear`, byName))]),
        );
        const alpha = (task: string, of: string): readonly number[] => {
          const numbersOf = byName.vector(`s.${level}.${task}.stitch.${of}.alpha`);
          expect(numbersOf.length).toBe(unit === "channel" ? 5 : 1);
          return Array.from({ length: 5 }, (_, column) => numbersOf[column] ?? numbersOf[0] ?? Number.NaN);
        };
        inputs = new Map(
          all.map((task) => [task, add(...all.map((of) => times(outputs.get(of) ?? [], alpha(task, of))))]),
        );
      }
      close(values.s, inputs.get("b") ?? []);
    }
  });

  test("MTAN (Liu et al., 2019, eq. 1 and 2)", () => {
    const { values, given, byName } = numbers(`stream s = v -> mtan(2, first: hidden, hidden: 3)\n${blocks}`, {
      task: "c",
      unused: "allowed",
    });
    const mask = (x: Matrix, path: string): Matrix =>
      linear(relu(linear(x, `${path}.joined`, byName)), `${path}.mask`, byName).map((row) =>
        row.map((value) => 1 / (1 + Math.exp(-value))),
      );
    const shared = (x: Matrix, path: string): Matrix => relu(linear(x, `${path}.linear`, byName));
    const u1 = shared(matrix(given("feature/v"), 4), "s.0.early");
    const p1 = shared(u1, "s.0.late");
    const attended = zip(mask(u1, "s.0.attention_mask.c"), p1, (x, y) => x * y);
    const u2 = shared(p1, "s.1.early");
    const p2 = shared(u2, "s.1.late");
    const seen = [[...(u2[0] ?? []), ...(shared(attended, "s.1.pass")[0] ?? [])]];
    close(
      values.s,
      zip(mask(seen, "s.1.attention_mask.c"), p2, (x, y) => x * y),
    );
  });

  test("MMoE, and OMoE with one gate (Ma et al., 2018, eq. 5 to 8)", () => {
    for (const [gates, gate] of [
      ["task", "s.gate.b"],
      ["shared", "s.gate"],
    ] as const) {
      const { values, given, byName } = numbers(`stream s = v -> mmoe(3, expert: hidden, gates: ${gates})\n${blocks}`, {
        task: "b",
        unused: "allowed",
      });
      const x = matrix(given("feature/v"), 4);
      const experts = [0, 1, 2].map((expert) => relu(linear(x, `s.shared.${expert}.expert.linear`, byName)));
      close(values.s, mixture(x, experts, gate, byName));
    }
  });

  test("PLE (Tang et al., 2020, eq. 1 to 5)", () => {
    const { values, given, byName } = numbers(
      `stream s = v -> ple(levels: 2, own: 2, shared: 1, expert: hidden)\n${blocks}`,
      {
        task: "a",
        unused: "allowed",
      },
    );
    const expert = (x: Matrix, path: string): Matrix => relu(linear(x, `${path}.expert.linear`, byName));
    const own = (x: Matrix, level: number, task: string): readonly Matrix[] =>
      [0, 1].map((index) => expert(x, `s.${level}.${task}.own.${index}`));
    const x = matrix(given("feature/v"), 4);
    const [shared, owns] = [expert(x, "s.0.shared.0"), all.map((task) => own(x, 0, task))];
    const first = mixture(x, [...(owns[0] ?? []), shared], "s.0.a.gate", byName);
    const common = mixture(x, [...owns.flat(), shared], "s.0.gate", byName);
    const second = [...own(first, 1, "a"), expert(common, "s.1.shared.0")];
    close(values.s, mixture(first, second, "s.1.a.gate", byName));
  });
});

/** Gradients and predictions of each task for the same rows, by the names of what they are of. */
function trained(
  text: string,
  rename: (name: string) => string,
  more: Given = {},
): ReadonlyMap<string, readonly number[]> {
  const plan = sound(text).plan("fit");
  const found = new Map<string, readonly number[]>();
  for (const task of ["a", "b", "c"]) {
    const graph = plan.gradients(task);
    const given = Object.fromEntries(
      graph.inputs.map((input) => {
        const canonical = { ...graph, inputs: [{ ...input, name: rename(input.name) }] };
        return [input.name, seeded(canonical).get(rename(input.name)) ?? []];
      }),
    );
    for (const [name, values] of evaluate(graph, { ...given, ...more }))
      found.set(
        `${task}: ${rename(name)}`,
        values.map((value) => value + 0),
      );
  }
  return found;
}

describe("special cases are simpler networks, bit for bit", () => {
  test("cross-stitch with identity α is separate networks: losses, predictions and all their gradients", () => {
    const text = whole("cross_stitch(2, layer: hidden, own: 1)");
    const initial = sound(text)
      .plan("fit")
      .weights.filter(({ name }) => name.endsWith(".alpha"))
      .map(({ name, shape, initializer }) => {
        expect(initializer.kind).toBe("constant");
        return [
          name,
          new Float64Array(shape[0] ?? 0).fill(initializer.kind === "constant" ? initializer.value : Number.NaN),
        ];
      });
    const stitched = trained(
      text,
      (name) => name.replace(/\.(\d)\.([abc])\.layer\./u, ".$1.hidden.$2."),
      Object.fromEntries(initial),
    );
    const separate = trained(whole("repeat(2) { it -> per_task(hidden) }"), (name) => name);
    for (const [name, values] of separate) expect(stitched.get(name), name).toEqual(values);
    expect(separate.size).toBeGreaterThan(20);
    // No task teaches the network of another one.
    const others = [...stitched].filter(
      ([name]) => /^([abc]): gradient\/s\.\d\.hidden\.(?!\1)/u.test(name) && !name.includes("alpha"),
    );
    expect(others.length).toBeGreaterThan(20);
    expect(others.every(([, values]) => values.every((value) => value === 0))).toBe(true);
  });

  test("MMoE with one expert is hard sharing, and its gate has no gradient", () => {
    const gated = trained(whole("mmoe(1, expert: hidden)"), (name) => name.replace("shared.0.expert.", ""));
    const hard = trained(whole("hidden"), (name) => name);
    for (const [name, values] of hard) expect(gated.get(name), name).toEqual(values);
    const gates = [...gated].filter(([name]) => name.includes("gate"));
    expect(gates.map(([name]) => name)).toEqual(
      ["a", "b", "c"].map((task) => `${task}: gradient/s.gate.${task}.kernel`),
    );
    expect(gates.every(([, values]) => values.every((value) => value === 0))).toBe(true);
  });
});

describe("weights", () => {
  const namesOf = (text: string): readonly string[] =>
    sound(text)
      .plan("fit")
      .weights.map(({ name, shape }) => `${name} ${shape.join("×")}`)
      .toSorted();

  test("PLE has as many as its formula says", () => {
    const count = (width: number, own: number, shared: number, levels: number): number => {
      const weights = sound(whole(`ple(levels: ${levels}, own: ${own}, shared: ${shared}, expert: linear(${width}))`))
        .plan("fit")
        .weights.filter(({ name }) => name.startsWith("s."));
      return weights.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    };
    for (const [width, own, shared, levels] of [
      [5, 2, 1, 1],
      [6, 1, 3, 2],
      [3, 2, 2, 3],
    ] as const) {
      const [tasksCount, input] = [3, 4];
      const experts = tasksCount * own + shared;
      const level = (read: number): number => experts * (read + 1) * width + tasksCount * read * (own + shared);
      const sharedGates = [input, ...Array.from({ length: levels - 1 }, () => width)].slice(0, levels - 1);
      expect(count(width, own, shared, levels)).toBe(
        level(input) + (levels - 1) * level(width) + sharedGates.reduce((sum, read) => sum + read * experts, 0),
      );
    }
  });

  test.each([
    "cross_stitch(2, layer: hidden)",
    "mtan(2, first: hidden)",
    "mmoe(2, expert: hidden)",
    "ple(own: 1, shared: 1, expert: hidden)",
  ])("of %s have names that do not depend on the order of the tasks", (stream) => {
    const text = whole(stream);
    const [first = ""] = /task a .*\n/u.exec(text) ?? [];
    const reordered = text.replace(first, "").replace("dataset d", `${first}dataset d`);
    expect(reordered).not.toBe(text);
    expect(namesOf(reordered)).toEqual(namesOf(text));
  });

  test("are there for the listed tasks alone", () => {
    for (const stream of [
      'cross_stitch(2, layer: hidden, tasks: ["b", "a"])',
      'ple(own: 1, shared: 1, expert: hidden, tasks: ["b", "a"])',
    ]) {
      const text = whole(stream).replace("task c { from: s ", "task c { from: v ");
      expect(namesOf(text).some((name) => name.startsWith("s.0.a."))).toBe(true);
      expect(namesOf(text).some((name) => /^s\..*\bc\b/u.test(name))).toBe(false);
    }
  });

  test("of a list of all tasks are those of the tasks; under the earlier semantics, where the list had the name of its stream, they were one set", () => {
    const text = whole("all_tasks(norm)")
      .replace("stream s = ", "stream s = average(each(")
      .replace("all_tasks(norm)", "all_tasks(norm), linear(5)))");
    const names = (semantics: 1 | 2 | 3): readonly string[] =>
      forwardOf(sound(text, { semantics }), { task: "a" })
        .weights.map(({ name }) => name)
        .filter((name) => name.includes("kernel"));
    expect(names(3)).toEqual(["s.a.kernel", "s.b.kernel", "s.c.kernel", "task.a.head.kernel"]);
    for (const earlier of [1, 2] as const) expect(names(earlier)).toEqual(["s.v.kernel", "task.a.head.kernel"]);
  });
});

test("a task that has no network, and a name that no stream has, are reported", () => {
  expect(complaints(whole('cross_stitch(2, layer: hidden, tasks: ["a", "b"])'))).toEqual(["unknown_choice"]);
  expect(complaints(whole('cross_stitch(2, layer: hidden, tasks: ["a", "b", "d"])'))).toEqual(["unknown_choice"]);
});
