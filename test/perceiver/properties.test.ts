import { describe, expect, test } from "vitest";
import { furthest } from "../mbt/support.ts";
import { streamsOf } from "./support.ts";

const perceiver = `stream thought = latents(4, 8) -> repeat(3, share: after_first) { it -> cross_attend(input) -> self_attends(layers: 1, heads: 2) }`;
const output = (text: string, name: string, given: Record<string, readonly number[]> = {}) =>
  streamsOf(text, { batch: 1 }).run(given)[name] ?? [];

const rows = Array.from({ length: 6 }, (_, row) =>
  Array.from({ length: 5 }, (_, column) => Math.sin(3 * row + column)),
);

describe("a Perceiver", () => {
  const text = `modality input: tensor([6, 5])\n${perceiver}`;

  test("does not see the order of its input: features and positions permuted together change nothing", () => {
    const permuted = [3, 0, 5, 1, 4, 2].map((row) => rows[row] ?? []);
    expect(
      furthest(
        output(text, "thought", { "feature/input": permuted.flat() }),
        output(text, "thought", { "feature/input": rows.flat() }),
      ),
    ).toBeLessThan(1e-12);
  });

  test("sees it by the positions beside the features", () => {
    const placed = `modality pixels: tensor([6, 5])\nstream input = pixels -> with_positions(fourier(bands: 2, resolution: [6]))\n${perceiver}`;
    const swapped = [rows[1], rows[0], ...rows.slice(2)].flatMap((row) => row ?? []);
    expect(
      furthest(
        output(placed, "thought", { "feature/pixels": swapped }),
        output(placed, "thought", { "feature/pixels": rows.flat() }),
      ),
    ).toBeGreaterThan(1e-3);
  });
});

describe("padding of the input", () => {
  const text = (most: number) =>
    `modality words: text(max_length: ${most}, tokenizer: characters(20))\nstream input = words -> embed(5)\n${perceiver}`;
  const given = (most: number, length: number) => ({
    "feature/words.ids": Array.from({ length: most }, (_, place) => (place < length ? 5 + place : 0)),
    "feature/words.mask": Array.from({ length: most }, (_, place) => (place < length ? 1 : 0)),
  });

  test("changes nothing", () => {
    expect(furthest(output(text(9), "thought", given(9, 4)), output(text(4), "thought", given(4, 4)))).toBeLessThan(
      1e-12,
    );
  });

  test("where there is nothing else, what is read is the bias alone, and finite", () => {
    const empty = output(text(4), "thought", given(4, 0));
    expect(empty.every(Number.isFinite)).toBe(true);
    expect(furthest(output(text(9), "thought", given(9, 0)), empty)).toBeLessThan(1e-12);
  });
});

describe("output queries", () => {
  const decoder = (asked: string) => `modality input: tensor([6, 5])
    stream thought = latents(4, 8) -> cross_attend(input)
    stream queries = fourier(bands: 2, resolution: [7]) -> linear(6)
    stream asked = ${asked}
    stream answers = asked -> cross_attend(thought, heads: 2, residual: false)`;

  test("do not see each other: some alone give what they give among all", () => {
    const all = output(decoder("queries"), "answers");
    expect(
      furthest(output(decoder("slice(queries, axis: 0, start: 2, size: 3)"), "answers"), all.slice(2 * 6, 5 * 6)),
    ).toBeLessThan(1e-12);
  });

  test("with the residual the answer holds the query", () => {
    const without = output(decoder("queries"), "answers");
    const withQuery = output(decoder("queries").replace("residual: false", "residual: true"), "answers");
    expect(furthest(without, withQuery)).toBeGreaterThan(1e-3);
  });
});

describe("windows and places", () => {
  test("a window holds the neighbours in order, zeros beyond the ends and for padding", () => {
    const { run } = streamsOf(
      `modality words: text(max_length: 4, tokenizer: characters(20))
      layer word = embed(1)
      stream seen = words -> word -> windows(3)`,
      { batch: 1 },
    );
    const table = Array.from({ length: 20 }, (_, id) => id);
    const seen =
      run({ "word.table": table, "feature/words.ids": [5, 7, 9, 0], "feature/words.mask": [1, 1, 1, 0] }).seen ?? [];
    expect(seen.slice(0, 9)).toEqual([0, 5, 7, 5, 7, 9, 7, 9, 0]);
  });

  test("tokens are taken from the places that are asked for", () => {
    const { run } = streamsOf(
      `modality words: text(max_length: 3, tokenizer: characters(20))
      modality x: tensor([20, 2])
      stream taken = at_places(x, words)`,
      { batch: 1 },
    );
    const x = Array.from({ length: 40 }, (_, index) => index);
    expect(run({ "feature/x": x, "feature/words.ids": [3, 0, 19] }).taken).toEqual([6, 7, 0, 1, 38, 39]);
  });
});

describe("tied scores", () => {
  test("are the products with every word's vector, and a bias", () => {
    const { run, weights } = streamsOf(
      `modality words: text(max_length: 3, tokenizer: characters(20))
      layer word = embed(4)
      stream scores = words -> word -> tied(word)`,
      { batch: 1 },
    );
    const table = Array.from({ length: 80 }, (_, index) => Math.cos(index));
    const bias = Array.from({ length: 20 }, (_, index) => index / 10);
    const ids = [7, 2, 19];
    const scores = run({ "word.table": table, "scores.tied.bias": bias, "feature/words.ids": ids }).scores ?? [];
    const vector = (id: number) => table.slice(4 * id, 4 * id + 4);
    const expected = ids.flatMap((id) =>
      bias.map(
        (each, other) => each + vector(id).reduce((sum, value, at) => sum + value * (vector(other)[at] ?? 0), 0),
      ),
    );
    expect(furthest(scores, expected)).toBeLessThan(1e-6);
    expect(weights.map(({ name }) => name)).toEqual(["word.table", "scores.tied.bias"]);
  });
});
