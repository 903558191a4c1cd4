import { describe, expect, test } from "vitest";
import type { ResolvedMetric } from "../../compiler/schema/resolved.ts";
import { bleuWords } from "../../runtime/metrics/bleu.ts";
import { openMetric } from "../../runtime/metrics/index.ts";

/** Generated and right texts. The expected values are those of sacrebleu 2.6.0. */
const texts = [
  ["the cat sat on the mat", "the cat is on the mat"],
  ["there is a cat on mat .", "there is a cat on the mat ."],
  [
    "it is a guide to action which ensures that the military always obeys the commands of the party",
    "it is a guide to action that ensures that the military will forever heed party commands",
  ],
  ["hello , world !", "hello, world!"],
  ["", "empty"],
] as const;

/** Characters are ids from 10 on, so that ids 0 to 3 are the special ones. */
const idsOf = (text: string): number[] => Array.from(text, (character) => (character.codePointAt(0) ?? 0) + 10);
const textOf = (ids: readonly number[]): string => String.fromCodePoint(...ids.map((id) => id - 10));

function measured(
  kind: "bleu" | "chrf" | "exact_match" | "rouge_l",
  rows: readonly (readonly [string, string])[],
  weight = 1,
): number {
  const options: ResolvedMetric = { kind };
  const target = { kind: "sequence", modality: "x", decode: { kind: "greedy" } } as const;
  const metric = openMetric(options, target, {
    classes: 1,
    placeOf: () => -1,
    nameOf: String,
    topKTies: "last",
    textOf,
  });
  for (const [generated, right] of rows)
    metric.observe(
      {
        scores: new Float32Array(0),
        target: Int32Array.from([...idsOf(right), 2, -1, -1]),
        generated: idsOf(generated),
      },
      weight,
    );
  return metric.value();
}

describe("BLEU is sacrebleu's", () => {
  test.each([
    ["all texts", texts, 50.74782049342463],
    ["the first two", texts.slice(0, 2), 50.03384633862552],
    ["a single word in common", [["a b c d", "a x c y"]], 18.99589214128981],
    ["fewer than four words", [["a", "a"]], 0],
    ["no word in common", [["a b c d e", "v w x y z"]], 0],
  ] as const)("of %s", (_, rows, score) => {
    expect(100 * measured("bleu", rows)).toBeCloseTo(score, 9);
    expect(measured("bleu", rows, 3)).toBeCloseTo(measured("bleu", [...rows, ...rows, ...rows]), 12);
  });

  test("and so are its words", () => {
    const text = 'Don\'t stop, 3.5% of $1,000.00 -- "quoted" (well-known) e-mail: 10-20 a/b; ok?! <b>';
    const words =
      'Don\'t stop , 3.5 % of $ 1,000.00 -- " quoted " ( well-known ) e-mail : 10 - 20 a / b ; ok ? ! < b >';
    expect(bleuWords(text).join(" ")).toBe(words);
    expect(bleuWords("1,2 3.4 a.b a,b ,5 .6 7-8 x-9 9-x").join(" ")).toBe(
      "1,2 3.4 a . b a , b , 5 . 6 7 - 8 x-9 9 - x",
    );
  });
});

test("chrF is sacrebleu's, whatever the weight of all rows", () => {
  expect(100 * measured("chrf", texts)).toBeCloseTo(66.94061368320453, 9);
  expect(100 * measured("chrf", [["ab", "abc"]])).toBeCloseTo(63.636363636363626, 9);
  expect(measured("chrf", texts, 2.5)).toBeCloseTo(measured("chrf", texts), 12);
  expect(measured("chrf", [["", "empty"]])).toBe(0);
});

test("ROUGE-L is the mean F-score of the longest common subsequences of words", () => {
  // The example of rouge_score's documentation: 5 words in common, of 8 and 9.
  const fox = ["The quick brown dog jumps on the log.", "The quick brown fox jumps over the lazy dog"] as const;
  expect(measured("rouge_l", [fox])).toBeCloseTo(10 / 17, 12);
  expect(measured("rouge_l", [fox, ["", "empty"], ["One, two!", "one two"]], 2.5)).toBeCloseTo(
    (10 / 17 + 0 + 1) / 3,
    12,
  );
});

test("a text matches exactly or not at all", () => {
  expect(
    measured("exact_match", [
      ["kæt", "kæt"],
      ["kat", "kæt"],
      ["", "kæt"],
      ["kætkæt", "kæt"],
    ]),
  ).toBe(0.25);
});
