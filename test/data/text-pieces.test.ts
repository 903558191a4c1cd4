import { Tokenizer } from "@huggingface/tokenizers";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinSegments } from "../../runtime/data/features/text.ts";
import { bytesDocument } from "../../runtime/data/tokenizers/bytes-document.ts";
import { learnBpe } from "../../runtime/data/tokenizers/learn-bpe.ts";
import { learnCharacters } from "../../runtime/data/tokenizers/learn-characters.ts";
import { learnWordPiece } from "../../runtime/data/tokenizers/learn-word-piece.ts";
import { textEncoding } from "../../runtime/data/tokenizers/text-encoding.ts";
import { cutFor } from "../../runtime/data/tokenizers/text-pieces.ts";

const words = ["the", "cats", "don't", " ", "  ", "\n", "\t", "naïve", "😀😀", "’", "—", "x1", "Σ", ".", "\u00a0"];
const learners = { bpe: learnBpe, word_piece: learnWordPiece, characters: learnCharacters, bytes: bytesDocument };

/** Long enough for several pieces, of a few words in any order. */
function longText(seed: number): string {
  let state = seed;
  const next = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  return Array.from({ length: 36_000 }, () => `${words[next(words.length)] ?? ""}${next(3) === 0 ? "" : " "}`).join("");
}

describe.each(Object.entries(learners))("%s", (_, learn) => {
  const document = learn(["the cats sat don't — naïve x1 😀😀 the the cats"], { size: 320, lowercase: true });

  test("reads a long text in pieces, to the tokens of the whole, and no more of them than it is asked for", () => {
    const text = longText(7);
    const whole = new Tokenizer({ ...document, added_tokens: [] }, { clean_up_tokenization_spaces: false }).encode(
      text,
      { add_special_tokens: false },
    ).ids;
    expect([...(cutFor(document)?.(text) ?? [])].length).toBeGreaterThan(1);
    expect(textEncoding(document).encode(text)).toEqual(whole);
    const some = textEncoding(document).encode(text, 8);
    expect(some.length).toBeGreaterThanOrEqual(8);
    expect(some.length).toBeLessThan(whole.length);
    expect(some).toEqual(whole.slice(0, some.length));
  });
});

test("a stretch without a boundary is cut, and so is nothing else", () => {
  const document = learnBpe([], { size: 260, lowercase: false });
  const lengths = [...(cutFor(document)?.(`${"😀".repeat(200_000)} end`) ?? [])].map(({ length }) => length);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(400_004);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(131_074);
});

test("what joins segments needs no more of each than there is room for", () => {
  const segment = fc.array(fc.integer({ min: 10, max: 99 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom("between" as const, "after" as const, "around" as const),
      (segments, most, separators) => {
        expect(
          joinSegments(
            segments.map((ids) => ids.slice(0, most)),
            { max_length: most, separators },
          ),
        ).toEqual(joinSegments(segments, { max_length: most, separators }));
      },
    ),
    { numRuns: 2000 },
  );
});
