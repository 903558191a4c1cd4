import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { nodeFlops } from "../../compiler/graph/cost.ts";
import { type Graph, sizeOf } from "../../compiler/graph/graph.ts";
import { forwardOf, programOf } from "./support.ts";

/** ViT-B. */
const [layers, width, heads] = [12, 768, 12];
/** 8 frames of 14 × 14 patches, and a spectrogram of 50 × 8; each with its class token. */
const [picture, sound] = [1569, 401];

/** Multiply-adds of the products within the fusion. */
function multiplyAdds(graph: Graph): number {
  const products = graph.nodes.filter(
    ({ op, origin }) => op === "matmul" && /^(met|seen|heard)\b/.test(origin?.path ?? ""),
  );
  return products.reduce((sum, node) => sum + nodeFlops(node) / 2, 0);
}

function specification(fusion: string): string {
  return `
    modality frames: tensor([${picture}, ${width}])
    modality spectrogram: tensor([${sound}, ${width}])
    ${fusion}
    layer classify = norm -> linear(527)
    task event {
      from: [met.seen.first -> classify, met.heard.first -> classify]
      head: ensemble(train: each, evaluate: mean)
      target: labels("events", classes: 527)
    }`;
}

/** Ways of fusion from a layer on; what comes before it is apart, as in the table. */
const ways = {
  vanilla: (from: number) =>
    `${streams(from)} fusion met = merged(seen, heard) { layers: ${layers - from}  heads: ${heads} }`,
  crossed: (from: number) =>
    `${streams(0)} fusion met = crossed(seen, heard) { layers: ${layers}  fuse_from: ${from}  heads: ${heads} }`,
  bottleneck: (from: number) =>
    `${streams(0)} fusion met = bottleneck(seen, heard) { layers: ${layers}  fuse_from: ${from}  heads: ${heads}  bottlenecks: 4 }`,
} as const;

function streams(apart: number): string {
  const own = apart === 0 ? "" : ` -> transformer(layers: ${apart}, heads: ${heads}, dropout: 0%)`;
  return `stream seen = frames${own}  stream heard = spectrogram${own}`;
}

function gigaMultiplyAdds(way: keyof typeof ways, from: number): number {
  return multiplyAdds(forwardOf(programOf(specification(ways[way](from))), "event").graph) / 1e9;
}

describe("multiply-adds of 12 layers of ViT-B over 1569 and 401 tokens, in 10⁹", () => {
  // design page, §2.1: 12·n·D² + 2·n²·D of one layer on n tokens.
  test.each([
    { from: 0, vanilla: 238.9, crossed: 266.7, bottleneck: 216.6 },
    { from: 4, vanilla: 231.1, crossed: 249.7, bottleneck: 216.3 },
    { from: 8, vanilla: 223.4, crossed: 232.7, bottleneck: 216.0 },
    { from: 12, vanilla: 215.7, crossed: 215.7, bottleneck: 215.7 },
  ])("fused from layer $from on", ({ from, ...expected }) => {
    for (const [way, cost] of Object.entries(expected))
      expect(gigaMultiplyAdds(way as keyof typeof ways, from), way).toBeCloseTo(cost, 1);
  });

  test("four bottlenecks cost half a percent at most", () => {
    expect(gigaMultiplyAdds("bottleneck", 0) / gigaMultiplyAdds("bottleneck", layers)).toBeLessThan(1.005);
  });
});

describe("parameters", () => {
  const count = (text: string, pattern: RegExp): number =>
    forwardOf(programOf(text), "event")
      .weights.filter(({ name }) => pattern.test(name))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);

  test("one layer has 7,087,872", () => {
    expect(count(specification(ways.bottleneck(8)), /^met\.9\.heard\./)).toBe(7_087_872);
  });

  test("the model of sound and pictures with 527 classes has 175.0 million", () => {
    // 32 frames in tubelets of 16 × 16 × 2, so 3136 tokens, and 400 patches of 16 × 16; the spectrogram is repeated to
    // three channels.
    const text = `
      modality frames: tensor([3136, ${16 * 16 * 2 * 3}])
      modality spectrogram: tensor([400, ${16 * 16 * 3}])
      stream seen = frames -> linear(${width}) -> with_cls -> positions
      stream heard = spectrogram -> linear(${width}) -> with_cls -> positions
      fusion met = bottleneck(seen, heard) { layers: ${layers}  fuse_from: 8  heads: ${heads}  bottlenecks: 4 }
      layer classify = norm -> linear(527)
      task event {
        from: [met.seen.cls -> classify, met.heard.cls -> classify]
        head: ensemble(train: each, evaluate: mean)
        target: labels("events", classes: 527)
      }`;
    expect(costOf(programOf(text)).parameters / 1e6).toBeCloseTo(175.0, 1);
  });
});
