import { expect, test } from "vitest";
import { inWords } from "../../playground/views/values/in-words.ts";
import { isMasked, masked } from "../../playground/views/values/masks.ts";
import { regionsOf } from "../../playground/views/values/regions-of.ts";

const inputs = [{ modality: "words", kind: "text", texts: ["a tool", "an animal"], files: [] }] as const;

test("a row's target and prediction are said by the kind of the target, and not as indices", () => {
  const box = { class: "cat", box: [0, 0, 0.5, 0.5] } as const;
  expect(inWords("boxes", { target: { boxes: [box] }, prediction: { boxes: [] }, inputs })).toEqual({
    right: "cat",
    predicted: "no object",
  });
  expect(inWords("choice", { target: [2, 0], prediction: [1, 0, 2], inputs })).toEqual({
    right: "region 3 or region 1",
    predicted: "region 2",
  });
  expect(inWords("ranking", { target: [1], prediction: [0, 1], inputs })).toEqual({
    right: "an animal",
    predicted: "a tool",
  });
  expect(inWords("matching", { target: [3], prediction: [1, 3, 0, 2], inputs }).predicted).toBe("it is number 2 of 4");
  expect(inWords("number", { target: 0.123456, prediction: null, inputs })).toEqual({
    right: "0.1235",
    predicted: "not finite",
  });
});

test("boxes of regions are fractions of the picture, whose size their values may give", () => {
  expect(regionsOf({ boxes: [[10, 20, 30, 40]], size: [100, 200] })).toEqual([[0.1, 0.1, 0.3, 0.2]]);
  expect(regionsOf({ boxes: [[0.1, 0.2, 0.3, 0.4]] })).toEqual([[0.1, 0.2, 0.3, 0.4]]);
  expect(regionsOf({ boxes: "boxes.npy" })).toEqual([]);
});

test("some tokens of a text of the data are hidden", () => {
  const modality = (kind: string) => ({ kind: "text", tokenizer: { kind } }) as never;
  expect(masked("the cat sat on a mat", modality("words"))).toBe("the cat [MASK] on a mat");
  expect(masked("ab", modality("bytes"))).toBe("[MASK]b");
  expect(isMasked(masked("abc def ghi", modality("bytes")))).toBe(true);
});
