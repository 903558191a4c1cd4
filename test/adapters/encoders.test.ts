import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import type { ForwardGraph } from "../../compiler/stage/plan.ts";
import { initialWeights, logits, relativeChange, zerosFor } from "../camtl/support.ts";
import { type Given, type Request, forwardOf, sound } from "../elaborate/harness.ts";

/** An encoder with the options that are given, whose class token has a class. */
const text = (
  options: string,
  sizes = "layers: 3, width: 16, heads: 2, dropout: 0%",
  more = "",
): string => `model adapted
modality words: text(max_length: 7, tokenizer: characters(20))
${more}
stream context = words -> bert(${sizes}, ${options})
task t { from: context.pooled  head: linear(2)  target: category("y", classes: 2) }
dataset d { path: "d.jsonl"  tasks: [t] }
stage base { optimizer: sgd(rate: 0.1)  steps: 1  batch: 4 }`;

const words: Given = { "feature/words.ids": Array.from({ length: 14 }, (_, at) => (5 * at) % 17) };

describe("parameters in BERT-base's size, by the cost report", () => {
  const adapters = `
stage fit { freeze: all except ["**.after_*.**", "task.**"]  optimizer: sgd(rate: 0.1)  steps: 1  batch: 4 }`;
  const trained = (options: string, layers: number): number => {
    const program = sound(text(options, `layers: ${layers}, width: 768, heads: 12`) + adapters);
    const { total } = costOf(program).stages[1] ?? expect.fail();
    return total.parameters - total.frozen - (768 * 2 + 2);
  };

  test("Pfeiffer's adapters have 894,528, with 48 columns in each of 12 layers", () => {
    expect(trained("after_ffn: adapted(pfeiffer)", 12)).toBe(894_528);
  });

  test.each([
    ["Houlsby's, twice as many", "after_ffn: adapted(houlsby), after_attention: adapted(houlsby)", 1_789_056 / 12],
    ["a language's, with 384 columns", "after_ffn: adapted(pfeiffer(reduction: 2))", 7_091_712 / 12],
    [
      "a language's, an invertible one and a task's",
      "after_ffn: adapted(stacked(pfeiffer(reduction: 2), adapter, add: last)), after_embeddings: invertible_adapter",
      (7_091_712 + 894_528) / 12 + 296_064,
    ],
    ["two, and their fusion", "after_ffn: adapted(fused(pfeiffer, pfeiffer))", (2 * 894_528 + 21_252_096) / 12],
  ])("one layer of 12: %s", (_, options, expected) => {
    expect(trained(options, 1)).toBe(expected);
  });
});

/** The graph of a specification, and its initial weights. */
function made(
  options: string,
  request: Request = {},
  more = "",
): { readonly forward: ForwardGraph; readonly weights: Given } {
  const forward = forwardOf(sound(text(options, undefined, more)), { mode: "predict", ...request });
  return { forward, weights: initialWeights(forward) };
}

const plain = made("after_ffn: identity");
const base = logits(plain.forward.graph, { ...plain.weights, ...words });
const adapted = [
  "after_ffn: adapted(pfeiffer(reduction: 4))",
  "after_ffn: adapted(houlsby(reduction: 4)), after_attention: adapted(houlsby(reduction: 4))",
  "after_ffn: adapted(parallel_adapter)",
] as const;

describe("an adapter over a trained encoder", () => {
  test.each(adapted)("changes nothing, to the bit, while it returns zeros: %s", (options) => {
    const { forward, weights } = made(options);
    const zeros = zerosFor(forward.graph, /after_\w+\.change\..*\bup\./u);
    expect(Object.keys(zeros).length).toBeGreaterThan(5);
    expect(logits(forward.graph, { ...weights, ...words, ...zeros })).toEqual(base);
  });

  test.each(adapted)("changes little at first: %s", (options) => {
    const { forward, weights } = made(options);
    const change = relativeChange(base, logits(forward.graph, { ...weights, ...words }));
    expect(change).toBeGreaterThan(0);
    expect(change).toBeLessThan(0.05);
  });
});

describe("AdapterDrop", () => {
  test("of all layers is the encoder without adapters, which has their weights no more", () => {
    const { forward, weights } = made("after_ffn: adapted(pfeiffer(reduction: 4), skip: 3)");
    expect(logits(forward.graph, { ...weights, ...words })).toEqual(base);
    expect(forward.weights.map(({ name }) => name)).toEqual(plain.forward.weights.map(({ name }) => name));
  });

  test("of the first layers leaves an adapter in each of the others", () => {
    const { forward } = made("after_ffn: adapted(pfeiffer(reduction: 4), skip: 2)");
    const layers = forward.weights.flatMap(({ name }) => /\.(\d)\.after_ffn\./u.exec(name)?.[1] ?? []);
    expect(new Set(layers)).toEqual(new Set(["2"]));
  });

  const kept = "stream kept = dropped_layers(3)";
  const robust = "after_ffn: adapted(pfeiffer(reduction: 4), kept: kept)";

  test("in training leaves out the first n layers of each example, for each n equally often", () => {
    const { forward } = made(robust, { mode: "train", batch: 2 }, kept);
    const site = forward.graph.inputs.find(({ name }) => name.startsWith("random/kept")) ?? expect.fail();
    // The draw has a byte for the chance of each layer, and two for the layer that comes first.
    const lots = (first: number) => [7, 200, 90, Math.floor(((first + 0.5) / 3) * 256), 0];
    const weights = initialWeights(forward);
    const random = { [site.name]: [...lots(1), ...lots(2)] };
    const found = logits(forward.graph, { ...weights, ...words, ...random });
    const specialised = (skip: number) =>
      logits(made(`after_ffn: adapted(pfeiffer(reduction: 4), skip: ${skip})`).forward.graph, { ...weights, ...words });
    const expected = [...specialised(1).slice(0, 2), ...specialised(2).slice(2)];
    for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 10);
    expect(relativeChange(found, specialised(0))).toBeGreaterThan(1e-6);
  });

  test("in evaluation has the adapters of all layers", () => {
    const { forward, weights } = made(robust, {}, kept);
    const all = made("after_ffn: adapted(pfeiffer(reduction: 4))");
    const [found, expected] = [forward.graph, all.forward.graph].map((graph) =>
      logits(graph, { ...weights, ...words }),
    );
    for (const [index, value] of (expected ?? []).entries()) expect(found?.[index]).toBeCloseTo(value, 12);
  });
});
