import { describe, expect, test } from "vitest";
import { openMetric } from "../../runtime/metrics/index.ts";
import { spansOf } from "../../runtime/metrics/span-f1.ts";

type Tags = readonly (readonly string[])[];

/** The value for right and predicted tags of the words of some rows, whose tokens within words are predicted at random. */
function measured(right: Tags, predicted: Tags, weight = 1): number {
  const names = [...new Set([...right, ...predicted].flat())];
  const target = { kind: "tags", modality: "x", column: "y", classes: names } as const;
  const facts = { classes: names.length, placeOf: () => -1, nameOf: (index: number) => names[index] ?? "" };
  const metric = openMetric({ kind: "span_f1" }, target, { ...facts, topKTies: "last", textOf: String });
  for (const [row, tags] of right.entries()) {
    const within = names.length - 1;
    const chosen = tags.flatMap((_, word) => [names.indexOf(predicted[row]?.[word] ?? ""), within]);
    metric.observe(
      {
        scores: Float32Array.from(chosen.flatMap((best) => names.map((_, index) => (index === best ? 1 : 0)))),
        target: Int32Array.from(tags.flatMap((tag) => [names.indexOf(tag), -1])),
      },
      weight,
    );
  }
  return metric.value();
}

describe("the F-score of spans is seqeval's", () => {
  // The examples of seqeval's documentation.
  const right = [
    ["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"],
    ["B-PER", "I-PER", "O"],
  ];
  test.each([
    [
      "one of two is right",
      right,
      [
        ["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"],
        ["B-PER", "I-PER", "O"],
      ],
      0.5,
    ],
    ["a span may begin with I", [["B-NP", "I-NP", "O"]], [["I-NP", "I-NP", "O"]], 1],
    [
      "nothing is found",
      right,
      [
        ["O", "O", "O", "O", "O", "O", "O"],
        ["O", "O", "O"],
      ],
      0,
    ],
  ])("%s", (_, one, other, value) => {
    expect(measured(one, other)).toBeCloseTo(value, 12);
    expect(measured(one, other, 2.5)).toBeCloseTo(value, 12);
  });

  test("without spans it is not defined", () => {
    expect(measured([["O"]], [["O"]])).toBeNaN();
  });

  test.each([
    [
      ["B-PER", "I-PER", "O", "B-LOC"],
      ["PER 0 1", "LOC 3 3"],
    ],
    [
      ["B-PER", "B-PER", "I-LOC"],
      ["PER 0 0", "PER 1 1", "LOC 2 2"],
    ],
    [
      ["B-PER", "E-PER", "S-LOC", "S-LOC"],
      ["PER 0 1", "LOC 2 2", "LOC 3 3"],
    ],
    [
      ["I-A-B", "I-A-B", "B"],
      ["A-B 0 1", "_ 2 2"],
    ],
  ])("the spans of %j", (tags, spans) => {
    expect([...spansOf(tags)]).toEqual(spans);
  });
});
