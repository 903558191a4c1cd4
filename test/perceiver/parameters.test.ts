import { describe, expect, test } from "vitest";
import { parameters, streamsOf } from "./support.ts";

describe("Perceiver IO's byte language model (2048 × 768 bytes, 256 × 1280 latents, 26 layers)", () => {
  const { weights } = streamsOf(
    `
    modality text: text(max_length: 2048, tokenizer: characters(262))
    layer bytes = embed(768)
    stream input = text -> bytes -> positions
    stream thought = latents(256, 1280) -> cross_attend(input, heads: 8, key_width: 256, value_width: 1280)
      -> self_attends(layers: 26, heads: 8, key_width: 256, value_width: 1280)
    stream asked = latents(2048, 768) -> cross_attend(thought, heads: 8, key_width: 256, value_width: 768, residual: false)
    stream scores = asked -> tied(bytes)
  `,
    { batch: 1 },
  );

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
  const input = `
    modality pixels: image(224, 224, 3)
    stream input = pixels -> as_tokens -> with_positions(fourier(bands: 64, resolution: [224, 224]))`;
  const { weights } = streamsOf(
    `${input}
    layer think = self_attends(layers: 6, heads: 8)
    stream thought = latents(512, 1024) -> repeat(8, share: after_first) { it -> cross_attend(input) -> think }
    stream scores = mean(thought) -> linear(1000)
    stream answer = latents(1, 1024) -> cross_attend(thought) -> linear(1000)`,
    { batch: 1 },
  );

  // Jaegle et al., 2021, §4.1 and appendix: 44.9 M; Perceiver IO's decoder: the reference's code.
  test.each([
    { part: "first cross-attend", pattern: /^thought\.0\.cross_attend\./u, count: 2_776_395 },
    { part: "all later cross-attends, which are one", pattern: /^thought\.[1-7]\.cross_attend\./u, count: 2_776_395 },
    { part: "one self-attend", pattern: /^think\.0\./u, count: 6_301_696 },
    { part: "latents", pattern: /^thought\.latents\./u, count: 524_288 },
    { part: "head", pattern: /^scores\./u, count: 1_025_000 },
    { part: "all", pattern: /^(thought|think|scores)\./u, count: 44_912_254 },
    {
      part: "a decoder with one query instead of the mean",
      pattern: /^answer\./u,
      count: 1024 + 6_303_744 + 1_025_000,
    },
  ])("$part: $count", ({ pattern, count }) => {
    expect(parameters(weights, pattern)).toBe(count);
  });

  test("without sharing: 326,241,856", () => {
    const text = `${input}
      stream thought = latents(512, 1024) -> repeat(8) { it -> cross_attend(input) -> self_attends(layers: 6, heads: 8) }
      stream scores = mean(thought) -> linear(1000)`;
    expect(parameters(streamsOf(text, { batch: 1 }).weights)).toBe(326_241_856);
  });

  test.each([
    [4, 12_654_868],
    [8, 23_760_448],
    [12, 34_866_028],
  ])("%i cross-attends alone: %i", (reads, count) => {
    const text = `${input}
      stream thought = latents(512, 1024) -> repeat(${reads}) { it -> cross_attend(input) }
      stream scores = mean(thought) -> linear(1000)`;
    expect(parameters(streamsOf(text, { batch: 1 }).weights)).toBe(count);
  });
});
