import { describe, expect, test } from "vitest";
import type { Mode } from "../../compiler/elaborate/elaboration.ts";
import { interpret } from "../graph/reference.ts";
import { type Values, forwardOf, furthest, outputOf, programOf, valuesOf } from "./support.ts";
import { fused, twoStreams, width } from "./two-streams.ts";

interface Run {
  readonly task?: string;
  readonly mode?: Mode;
  /** The name under which an input has its value. */
  readonly renamed?: (name: string) => string;
  readonly change?: (values: Values) => void;
}

/** The scores of a task, in float64. */
function scores(text: string, { task = "of_left", mode = "predict", renamed, change }: Run = {}): readonly number[] {
  const { graph } = forwardOf(programOf(text), task, { mode });
  const values = valuesOf(graph, renamed);
  change?.(values);
  return outputOf(interpret(graph, values), "prediction/logits");
}

const bothSides = ["of_left", "of_right"] as const;

describe("late fusion", () => {
  test("equals two transformers that know nothing of each other", () => {
    const apart = `${twoStreams}
      stream seen = left -> transformer(layers: 2, heads: 2, dropout: 0%)
      stream heard = right -> transformer(layers: 2, heads: 2, dropout: 0%)
      task of_left { from: seen.cls  target: category("y", classes: ${width}) }
      task of_right { from: heard.cls  target: category("y", classes: ${width}) }`;
    const renamed = (name: string): string =>
      name
        .replace(/^seen\.(\d)\./, "met.$1.left.encoder_layer.")
        .replace(/^heard\.(\d)\./, "met.$1.right.encoder_layer.");
    for (const task of bothSides)
      expect(scores(fused("late", "layers: 2"), { task })).toEqual(scores(apart, { task, renamed }));
  });

  test("is a bottleneck that begins behind the last layer", () => {
    for (const task of bothSides)
      expect(scores(fused("bottleneck", "layers: 2  fuse_from: 2"), { task })).toEqual(
        scores(fused("late", "layers: 2"), { task }),
      );
  });
});

describe("crossed fusion", () => {
  /** MBT's code runs the whole block on the other tokens and a stream's own, and keeps its own. */
  const whole = `
    block whole(left: tokens, right: tokens, layers: int, heads: int): (left: tokens, right: tokens) {
      let (l, r) = repeat(layers) from (l = left, r = right) {
        let left_layer = concat_with(r, l) -> encoder_layer(heads: heads, dropout: 0%)
        let right_layer = concat_with(l, r) -> encoder_layer(heads: heads, dropout: 0%)
        yield (last_tokens(left_layer, length(left)), last_tokens(right_layer, length(right)))
      }
      return (like(l, left), like(r, right))
    }
    ${fused("whole", "layers: 2")}`;

  test.each(bothSides)("%s: equals encoder layers on all tokens whose own tokens are kept", (task) => {
    const renamed = (name: string): string => {
      const [, layer, copy, rest] = /^met\.(\d)\.encoder_layer(_2)?\.(.*)$/.exec(name) ?? [];
      return rest === undefined ? name : `met.${layer}.${copy ? "right" : "left"}.encoder_layer.${rest}`;
    };
    expect(furthest(scores(fused("crossed", "layers: 2"), { task }), scores(whole, { task, renamed }))).toBeLessThan(
      1e-10,
    );
  });
});

describe("merged fusion", () => {
  test("is one transformer over all tokens", () => {
    const joined = `${twoStreams}
      stream all = concat(left, right) -> transformer(layers: 2, heads: 2, dropout: 0%)
      task of_left { from: all.first  target: category("y", classes: ${width}) }`;
    const renamed = (name: string): string => name.replace(/^all\./, "met.");
    expect(scores(fused("merged", "layers: 2"))).toEqual(scores(joined, { renamed }));
  });
});

describe("bottleneck tokens", () => {
  const count = 3;
  const shown = `
    block shown(left: tokens, right: tokens, heads: int, update: one of [symmetric, sequential]): (left: tokens, shared: tokens, averaged: tokens, one: tokens, two: tokens) {
      let shared = learned(${count}, width(left))
      let (done, written) = bottleneck_layer([left, right], shared: shared, heads: heads, update: update)
      return (done.first, written, written, written, written)
    }`;
  const withTokens = (update: string): string => `${shown}${twoStreams}
    fusion met = shown(left, right) { heads: 2  update: ${update} }
    task own { from: reshape(met.left, [${4 * width}])  target: category("y", classes: ${4 * width}) }
    task shared { from: reshape(met.shared, [${count * width}])  target: category("y", classes: ${count * width}) }`;
  const permutation = [2, 0, 1];
  const permuted = (rows: ArrayLike<number>): readonly number[] =>
    permutation.flatMap((row) => Array.from(rows).slice(row * width, (row + 1) * width));

  test.each(["symmetric", "sequential"])(
    "%s: permuting them permutes what is written into them and leaves the streams as they are",
    (update) => {
      const change = (values: Values): void =>
        void values.set("met.shared.value", permuted(values.get("met.shared.value") ?? []));
      const text = withTokens(update);
      expect(furthest(scores(text, { task: "own", change }), scores(text, { task: "own" }))).toBeLessThan(1e-12);
      const before = scores(text, { task: "shared" });
      const after = scores(text, { task: "shared", change });
      expect(furthest(after, permuted(before))).toBeLessThan(1e-12);
      expect(furthest(after, before)).toBeGreaterThan(1e-3);
    },
  );
});

describe("any number of streams", () => {
  test("one: its tokens and the bottlenecks go through encoder layers as one sequence", () => {
    const of = (fusion: string): string =>
      `${twoStreams}${fusion}\ntask of_left { from: met.left.cls  target: category("y", classes: ${width}) }`;
    const alone = of("fusion met = bottleneck(left) { layers: 3  heads: 2  bottlenecks: 2 }");
    const sequence = `
      block appended(x: tokens, layers: int, heads: int): (left: tokens) {
        let shared = learned(2, width(x))
        return concat_with(x, shared) -> repeat(layers) { it -> encoder_layer(heads: heads, dropout: 0%) } -> without_last(2)
      }
      ${of("fusion met = appended(left) { layers: 3  heads: 2 }").replace("met.left.cls", "met.cls")}`;
    const renamed = (name: string): string => name.replace(/^met\.(\d)\./, "met.$1.left.encoder_layer.");
    const [single, expected] = [scores(alone), scores(sequence, { renamed })];
    expect(furthest(single, expected)).toBeLessThan(1e-12);
  });

  const three = (options: string): string => `${twoStreams}
    modality c: tensor([2, 3])
    stream third = c -> linear(${width}) -> with_cls -> positions
    fusion met = bottleneck(left, right, third) { heads: 2  layers: 2  ${options} }
    task of_left { from: met.left.cls  target: category("y", classes: ${width}) }
    task of_third { from: met.third.cls  target: category("y", classes: ${width}) }`;
  const without =
    (modality: string) =>
    (values: Values): void =>
      void values.set(`feature/${modality}`, new Float64Array(values.get(`feature/${modality}`)?.length ?? 0));

  test("three: each reads the two others", () => {
    const text = three("update: symmetric");
    const whole = scores(text);
    for (const other of ["b", "c"])
      expect(furthest(scores(text, { change: without(other) }), whole)).toBeGreaterThan(1e-6);
  });

  test("three, one sequential layer: the last reads all, the first none", () => {
    const text = three("update: sequential  fuse_from: 1");
    const [first, last] = [scores(text), scores(text, { task: "of_third" })];
    for (const other of ["b", "c"]) expect(scores(text, { change: without(other) })).toEqual(first);
    for (const other of ["a", "b"])
      expect(furthest(scores(text, { task: "of_third", change: without(other) }), last)).toBeGreaterThan(1e-6);
  });
});

describe("evaluate: unimodal", () => {
  const text = fused("bottleneck", "layers: 3  fuse_from: 1  evaluate: unimodal");

  test.each(["evaluate", "predict"] as const)("%s: the streams run as if they were alone", (mode) => {
    for (const task of bothSides)
      expect(scores(text, { task, mode })).toEqual(scores(fused("late", "layers: 3"), { task, mode }));
  });

  test("training is fused all the same", () => {
    const trained = scores(text, { mode: "train" });
    expect(trained).toEqual(scores(fused("bottleneck", "layers: 3  fuse_from: 1"), { mode: "train" }));
    expect(furthest(trained, scores(text, { mode: "evaluate" }))).toBeGreaterThan(1e-3);
  });
});
