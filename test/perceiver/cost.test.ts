import { describe, expect, test } from "vitest";
import { multiplyAdds, streamsOf } from "./support.ts";

/** Multiply-adds of a Perceiver IO over `inputs` elements with `layers` self-attends and `queries` outputs. */
function costs({ inputs = 64, layers = 2, queries = 8 } = {}) {
  const { graph } = streamsOf(
    `
    modality input: tensor([${inputs}, 12])
    stream thought = latents(16, 32) -> cross_attend(input) -> self_attends(layers: ${layers}, heads: 4)
    stream answers = latents(${queries}, 24) -> cross_attend(thought)`,
    { batch: 1 },
  );
  return {
    reading: multiplyAdds(graph, /^thought\.cross_attend/u),
    thinking: multiplyAdds(graph, /^thought\.self_attends/u),
    answering: multiplyAdds(graph, /^answers/u),
  };
}

describe("the cost of a Perceiver IO", () => {
  test("of reading is linear in the input", () => {
    const [one, two, three] = [64, 128, 192].map((inputs) => costs({ inputs }).reading);
    expect((two ?? 0) - (one ?? 0)).toBe((three ?? 0) - (two ?? 0));
  });

  test("of thinking depends neither on the input nor on the output, and is linear in depth", () => {
    expect(costs({ inputs: 1000, queries: 500 }).thinking).toBe(costs().thinking);
    expect(costs({ layers: 6 }).thinking).toBe(3 * costs().thinking);
  });

  test("of answering is linear in the output and independent of the input and depth", () => {
    const [one, two, three] = [8, 16, 24].map((queries) => costs({ queries }).answering);
    expect((two ?? 0) - (one ?? 0)).toBe((three ?? 0) - (two ?? 0));
    expect(costs({ inputs: 1000, layers: 6 }).answering).toBe(costs().answering);
  });

  test("of reading does not depend on depth", () => {
    expect(costs({ layers: 6 }).reading).toBe(costs().reading);
  });
});
