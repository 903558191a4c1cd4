import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinSegments } from "../../runtime/data/features/text.ts";
import { specialIds } from "../../runtime/data/tokenizers/special-tokens.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { allTrain, folderWith, reviews, sentiment, specification, text, wholeSplit } from "./fixture.ts";

const { separator } = specialIds;

describe("segments", () => {
  test("are joined by separators that belong to the segment before", () => {
    expect(joinSegments([[10, 11], [12], [13]], { max_length: 16, separators: "between" })).toEqual({
      ids: [10, 11, separator, 12, separator, 13],
      segments: [0, 0, 0, 1, 1, 2],
    });
  });

  test("have separators after each of them where they are asked for, which count towards the length", () => {
    expect(joinSegments([[10, 11], [12]], { max_length: 16, separators: "after" })).toEqual({
      ids: [10, 11, separator, 12, separator],
      segments: [0, 0, 0, 1, 1],
    });
    expect(joinSegments([[10, 11]], { max_length: 2, separators: "after" }).ids).toEqual([10, separator]);
    // If two segments are equally long, the later one is cut first, as in BERT's code.
    expect(
      joinSegments(
        [
          [10, 11, 12],
          [20, 21, 22],
        ],
        { max_length: 7, separators: "after" },
      ).ids,
    ).toEqual([10, 11, 12, separator, 20, 21, separator]);
    expect(joinSegments([[], []], { max_length: 8, separators: "after" }).ids).toEqual([]);
  });

  test("have separators around the later ones where they are asked for, as in RoBERTa", () => {
    expect(joinSegments([[10, 11], [12], [13]], { max_length: 16, separators: "around" })).toEqual({
      ids: [10, 11, separator, separator, 12, separator, separator, 13, separator],
      segments: [0, 0, 0, 1, 1, 1, 2, 2, 2],
    });
    expect(joinSegments([[10, 11, 12], [13]], { max_length: 6, separators: "around" }).ids).toEqual([
      10,
      11,
      separator,
      separator,
      13,
      separator,
    ]);
    expect(joinSegments([[10]], { max_length: 6, separators: "around" }).ids).toEqual([10, separator]);
  });

  test("lose tokens of the longest first", () => {
    expect(
      joinSegments(
        [
          [10, 11, 12, 13, 14],
          [20, 21],
        ],
        { max_length: 5, separators: "between" },
      ),
    ).toEqual({ ids: [10, 11, separator, 20, 21], segments: [0, 0, 0, 1, 1] });
  });

  test("of nothing are nothing", () => {
    expect(joinSegments([[], []], { max_length: 8, separators: "between" })).toEqual({ ids: [], segments: [] });
    expect(joinSegments([[], [20]], { max_length: 8, separators: "between" }).ids).toEqual([separator, 20]);
  });

  test("fill the length that there is, no segment being cut below a longer one", () => {
    const segment = fc.array(fc.integer({ min: 4, max: 99 }), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 4, max: 30 }),
        fc.constantFrom("between" as const, "after" as const),
        (encoded, most, separators) => {
          const { ids, segments } = joinSegments(encoded, { max_length: most, separators });
          const empty = encoded.every((part) => part.length === 0);
          const whole =
            encoded.reduce((sum, part) => sum + part.length, 0) + encoded.length - (separators === "between" ? 1 : 0);
          expect(ids.length).toBe(empty ? 0 : Math.min(most, whole));
          expect(segments.length).toBe(ids.length);
          const kept = encoded.map(
            (_, index) => ids.filter((id, at) => segments[at] === index && id !== separator).length,
          );
          const cut = kept.filter((length, index) => length < (encoded[index]?.length ?? 0));
          for (const length of cut) expect(length).toBeGreaterThanOrEqual(Math.max(...kept) - 1);
        },
      ),
    );
  });
});

test("columns become segments, numbers text, and empty text no token at all", async () => {
  const root = await folderWith({ "reviews.csv": "title,body,label\nab,ba,yes\n7,,no\n,,no\n" });
  const data = await openData({
    specification: specification({
      modalities: { words: { ...text, max_length: 8, segments: 2 } },
      tasks: { sentiment },
      datasets: { reviews: { ...reviews, split: allTrain, columns: { words: ["title", "body"] } } },
    }),
    root,
    cache: "none",
  });
  const { features } = await wholeSplit(data, "sentiment", "train");
  expect([...(features.get("words.mask") ?? [])].join("")).toBe("111110001100000000000000");
  expect([...(features.get("words.segments") ?? [])].slice(0, 8)).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
  expect(features.get("words.ids")?.[2]).toBe(separator);
});
