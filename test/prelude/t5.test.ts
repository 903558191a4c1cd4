import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { compile, inspect, sound } from "../elaborate/harness.ts";
import { type Case, expectTorch } from "./expect-torch.ts";
import { numbers as numbersOf } from "./network-graphs.ts";
import { close, numbers } from "./numbers.ts";
import { matrix } from "./oracle.ts";

/** Made by `pytorch/make-t5.py`. */
const theirs = JSON.parse(readFileSync(new URL("pytorch/t5.json", import.meta.url), "utf8")) as {
  readonly encoder: Case;
  /** Buckets of tokens that are 0, 1, 2 … before and after, by the number of buckets, the farthest distance and the direction. */
  readonly buckets: Readonly<Record<string, { readonly before: readonly number[]; readonly after: readonly number[] }>>;
};

/** The buckets of the distances from the first token to all, and from the last token to all. */
function bucketsOf(length: number, settings: string): { readonly after: number[]; readonly before: number[] } {
  const { run } = inspect(
    `model m\nstream s = gather(linspace(0, 127, 128) -> reshape([128, 1]), distance_buckets(${length}${settings}))`,
  );
  const rows = matrix(run().s ?? [], length);
  return { after: [...(rows[0] ?? [])], before: [...(rows.at(-1) ?? [])].toReversed() };
}

describe("buckets of distances", () => {
  test.each(Object.entries(theirs.buckets))("are those of transformers: %s", (settings, expected) => {
    const [count, farthest, direction] = settings.split(" ");
    expect(bucketsOf(200, `, buckets: ${count}, farthest: ${farthest}, direction: ${direction}`)).toEqual(expected);
  });

  test("have bounds at 8 · 16^(k ∕ 8) from 8 on, by hand", () => {
    const { before, after } = bucketsOf(130, "");
    // The bounds are 8, 11.3, 16, 22.6, 32, 45.3, 64 and 90.5. The second half of the buckets is for tokens after.
    const begins = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91];
    const expected = Array.from({ length: 130 }, (_, distance) => begins.findLastIndex((begin) => begin <= distance));
    expect(before).toEqual(expected);
    expect(after).toEqual(expected.map((bucket, distance) => (distance === 0 ? 0 : bucket + 16)));
  });

  test.each([
    ["buckets: 7", "7 buckets cannot be divided among distances"],
    ["buckets: 2", "2 buckets cannot be divided among distances"],
    ["buckets: 32, farthest: 8", "must exceed 8; it is 8"],
    ["buckets: 16, farthest: 8, direction: before", "must exceed 8; it is 8"],
  ])("that do not fit are an error: %s", (settings, message) => {
    const { diagnostics } = compile(
      `model m\nmodality x: tensor(3, 4)\nstream s = x -> self_attention(2, bias: relative_bias(3, heads: 2, ${settings}))\ntask t { from: mean(s)  head: linear(1)  target: number("y") }\ndataset d { path: "d.jsonl"  tasks: [t] }`,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error").map((each) => each.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});

test("a relative bias depends on the distance alone, and is the row of its bucket for each head", () => {
  const { values, byName, shapes, streams } = numbers("stream s = relative_bias(6, heads: 2, buckets: 8, farthest: 5)");
  const table = byName.matrix("s.table");
  // Two distances have a bucket each, the bound of the next is 2 · 2.5^½ = 3.2, and the last is the fourth.
  const bucket = (distance: number): number => [0, 1, 2, 2, 3, 3][Math.abs(distance)] ?? Number.NaN;
  const cells = [0, 1].flatMap((head) =>
    Array.from({ length: 6 }, (_, from) =>
      Array.from({ length: 6 }, (_, to) => table[bucket(to - from) + (to > from ? 4 : 0)]?.[head] ?? Number.NaN),
    ),
  );
  expect(shapes.s).toBe("grid[2 × 6 × 6]");
  expect(streams.get("s")?.batch).toBe("shared");
  close(values.s, cells);
});

test("a root mean square norm divides by √(mean(x²) + ε), without a mean or an offset", () => {
  const { values, given, byName, weights } = numbers("stream s = x -> rms_norm(epsilon: 0.1)");
  close(
    values.s,
    matrix(given("feature/x"), 4).map((row) => {
      const root = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0) / 4 + 0.1);
      return row.map((value, column) => (value / root) * (byName.vector("s.scale")[column] ?? Number.NaN));
    }),
  );
  expect(weights.map(({ name }) => name)).toEqual(["s.scale"]);
});

test("the encoder has the numbers and the gradients of transformers' T5", () => {
  expectTorch(
    "t5_encoder(layers: 2, heads: 2, attention: t5_attention(key_width: 6), ffn: t5_ffn(ratio: 2), buckets: 8, farthest: 10)",
    { shape: [14, 8], values: numbersOf("tokens", [14, 8], 1) },
    theirs.encoder,
    // Norms and shares of attention are in single precision there, whatever the weights are.
    1e-6,
  );
});

test("the encoder of T5-base has its number of parameters, and weights begin with the deviations of the authors' code", () => {
  const program = sound(`model base
modality words: text(max_length: 16, tokenizer: word_piece(32128))
stream read = words -> embed(768, init: normal(1)) -> t5_encoder(layers: 12, heads: 12)
task t { from: read.first  head: linear(2)  target: category("y", classes: 2) }
dataset d { path: "d.jsonl"  tasks: [t] }`);
  // 12 layers of 4·768² + 2·768·3072 + 2·768, the table of words, the last norm and the relative bias.
  expect(costOf(program).parameters - (2 * 768 + 2)).toBe(109_628_544);
  const { weights } = inspect("model m\nmodality x: tensor(3, 64)\nstream s = x -> t5_encoder(layers: 1, heads: 4)");
  const deviations = new Map(
    weights.flatMap(({ name, initializer }) =>
      initializer.kind === "normal" ? [[name.replace("s.", ""), initializer.deviation] as const] : [],
    ),
  );
  expect(deviations.get("bias.table")).toBeCloseTo(64 ** -0.5);
  expect(deviations.get("encoder.0.attention.query.kernel")).toBeCloseTo((64 * 16) ** -0.5);
  for (const part of ["attention.key", "attention.value", "attention.output", "ffn.up"])
    expect(deviations.get(`encoder.0.${part}.kernel`), part).toBeCloseTo(64 ** -0.5);
  expect(deviations.get("encoder.0.ffn.down.kernel")).toBeCloseTo(256 ** -0.5);
});
