import { describe, expect, test } from "vitest";
import { parameters, streamsOf } from "./support.ts";

describe("Perceiver IO's byte language model (2048 × 768 bytes, 256 × 1280 latents, 26 layers)", () => {
  const { weights } = streamsOf(`
    modality text: text(most: 2048, tokenizer: characters(262))
    layer bytes = embed(768)
    stream input = text -> bytes -> positions
    stream thought = latents(256, 1280) -> cross_attend(input, heads: 8, key_width: 256, value_width: 1280)
      -> self_attends(layers: 26, heads: 8, key_width: 256, value_width: 1280)
    stream asked = latents(2048, 768) -> cross_attend(thought, heads: 8, key_width: 256, value_width: 768, residual: false)
    stream scores = asked -> tied(bytes)
  `, { batch: 1 });

  test.each([
    { part: "embedding", pattern: /^bytes\./u, count: 201_216 },
    { part: "input positions", pattern: /^input\./u, count: 1_572_864 },
    { part: "output positions", pattern: /^asked\.latents\./u, count: 1_572_864 },
    { part: "latents", pattern: /^thought\.latents\./u, count: 327_680 },
    { part: "encoder's cross-attention", pattern: /^thought\.cross_attend\./u, count: 6_434_816 },
    { part: "one self-attention", pattern: /^thought\.self_attends\.7\./u, count: 7_219_712 },
    { part: "decoder's cross-attention", pattern: /^asked\.cross_attend\./u, count: 3_286_016 },
    { part: "output bias", pattern: /^scores\./u, count: 262 },
    { part: "all", pattern: /./u, count: 201_108_230 },
  ])("$part: $count", ({ pattern, count }) => {
    expect(parameters(weights, pattern)).toBe(count);
  });
});

describe("Perceiver on ImageNet (50,176 pixels, 512 × 1024 latents)", () => {
  const perceiver = (reads: number, thoughts: string): number => {
    const text = `
      modality pixels: image(224, 224, 3)
      stream input = pixels -> as_tokens -> with_positions(fourier(bands: 64, resolution: [224, 224]))
      ${thoughts}
      stream thought = latents(512, 1024) -> repeat(${reads}, share: after_first) { it -> cross_attend(input, heads: 1) -> think }
      stream scores = mean(thought) -> linear(1000)`;
    return parameters(streamsOf(text, { batch: 1 }).weights);
  };

  test("8 cross-attends shared after the first, 6 self-attends shared throughout: 44,912,254", () => {
    expect(perceiver(8, "layer think = self_attends(layers: 6, heads: 8)")).toBe(44_912_254);
  });
});
