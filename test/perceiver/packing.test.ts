import { describe, expect, test } from "vitest";
import { compile } from "../elaborate/harness.ts";
import { furthest } from "../mbt/support.ts";
import { streamsOf } from "./support.ts";

// These tests compare the packing of several modalities (Perceiver IO; Jaegle et al., 2022, appendix F) with plain loops.

const inputs = `modality seen: tensor([2, 3])
modality heard: tensor([4, 2])
`;
const seen = [1, 2, 3, 4, 5, 6];
const heard = [7, 8, 9, 10, 11, 12, 13, 14];
const given = { "feature/seen": seen, "feature/heard": heard };

/** Rows of `width` values with others behind them. */
const padded = (values: readonly number[], width: number, kind: readonly number[]): readonly number[] =>
  Array.from({ length: values.length / width }, (_, row) => [
    ...values.slice(row * width, (row + 1) * width),
    ...kind,
  ]).flat();

describe("streams that are packed", () => {
  const { run, shapes, weights } = streamsOf(`${inputs}stream input = packed(seen, heard, width: 5)`, { batch: 1 });

  test("have a learned vector of their own behind each token, and follow each other", () => {
    const [kindOfSeen, kindOfHeard] = [
      [0.1, 0.2],
      [0.3, 0.4, 0.5],
    ] as const;
    const { input } = run({ ...given, "input.seen.padded.kind": kindOfSeen, "input.heard.padded.kind": kindOfHeard });
    expect(shapes.input).toBe("tokens[6 × 5]");
    expect(input).toEqual([...padded(seen, 3, kindOfSeen), ...padded(heard, 2, kindOfHeard)]);
    expect(weights.map(({ name, shape }) => [name, ...shape])).toEqual([
      ["input.seen.padded.kind", 1, 2],
      ["input.heard.padded.kind", 1, 3],
    ]);
  });

  test("have the width of the widest and four more by default", () => {
    expect(streamsOf(`${inputs}stream input = packed(heard, seen)`).shapes.input).toBe("tokens[6 × 7]");
    expect(streamsOf(`${inputs}stream input = packed(heard, seen, least: 1)`).shapes.input).toBe("tokens[6 × 4]");
  });

  test("keep their masks: what is read from them does not depend on padding", () => {
    const text = (most: number) =>
      streamsOf(
        `modality words: text(max_length: ${most}, tokenizer: characters(20))
        modality heard: tensor([4, 2])
        stream thought = latents(3, 4) -> cross_attend(packed(words -> embed(3), heard))`,
        { batch: 1 },
      ).run({
        "feature/heard": heard,
        "feature/words.ids": Array.from({ length: most }, (_, at) => (at < 2 ? 5 + at : 0)),
        "feature/words.mask": Array.from({ length: most }, (_, at) => (at < 2 ? 1 : 0)),
      }).thought ?? [];
    expect(furthest(text(6), text(2))).toBeLessThan(1e-12);
  });

  test("must be narrower than the common width, and have a rate each where one is given", () => {
    const messages = (more: string) =>
      compile(
        `model m\n${inputs}stream input = packed(seen, heard${more})\ntask t { from: mean(input)  head: linear(1)  target: number("y") }\ndataset d { path: "d.jsonl"  tasks: [t] }`,
      ).diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
    expect(messages(", width: 3")).toEqual([
      expect.stringContaining("Tokens of the width 3 cannot be padded to the width 3: it must be larger."),
    ]);
    expect(messages(", mask: [50%]")).toEqual([expect.stringContaining("`mask` has 1 rates for 2 streams")]);
  });
});

describe("tokens that are masked out", () => {
  const text = (rate: string) => `${inputs}stream input = seen -> masked_out(${rate})`;
  const token = { "input.mask_token": [-1, -2, -3] };

  test("are replaced by a learned one in training, as bytes are drawn", () => {
    const { run, graph } = streamsOf(text("50%"), { batch: 1, mode: "train" });
    const bytes = graph.inputs.filter(({ name }) => name.startsWith("random/"));
    expect(bytes.map(({ value }) => value.shape)).toEqual([[1, 2, 1]]);
    const drawn = (values: readonly number[]) => run({ ...given, ...token, [bytes[0]?.name ?? ""]: values }).input;
    expect([drawn([0, 255]), drawn([255, 0])]).toEqual(
      expect.arrayContaining([
        [-1, -2, -3, 4, 5, 6],
        [1, 2, 3, -1, -2, -3],
      ]),
    );
  });

  test("are all there in evaluation, or all replaced", () => {
    const of = (rate: string) => streamsOf(text(rate), { batch: 1 }).run({ ...given, ...token }).input;
    expect(of("50%")).toEqual(seen);
    expect(of("50%, evaluate: hide")).toEqual([-1, -2, -3, -1, -2, -3]);
  });

  test("of a packed stream are replaced at their full width", () => {
    const { run } = streamsOf(`${inputs}stream input = packed(seen, heard, width: 5, mask: [0%, 50%])`, {
      batch: 1,
      mode: "train",
    });
    const { input = [] } = run({ ...given, "input.heard.masked_out.mask_token": [-1, -2, -3, -4, -5] });
    const rows = Array.from({ length: 6 }, (_, row) => input.slice(row * 5, row * 5 + 5));
    expect(rows.slice(0, 2).map((row) => row.slice(0, 3))).toEqual([seen.slice(0, 3), seen.slice(3)]);
    for (const [index, row] of rows.slice(2).entries()) expect([heard[2 * index], -1]).toContain(row[0]);
  });
});
