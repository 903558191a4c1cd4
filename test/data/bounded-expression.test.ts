import { expect, test } from "vitest";
import { isBoundedExpression } from "../../runtime/data/tokenizers/bounded-expression.ts";

test.each([
  ["GPT-2", String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`],
  ["CLIP", String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`],
  ["three digits", "[0-9][0-9][0-9]"],
  ["digits by three", String.raw`\p{N}{1,3}`],
  ["BLOOM", String.raw` ?[^(\s|[.,!?…。，、।۔،])]+`],
  ["one character", String.raw`[\s\S]`],
  ["line feeds", String.raw`\n+`],
])("%s is let through", (_, source) => expect(isBoundedExpression(source)).toBe(true));

test.each([
  ["nested repetition", "(a+)+$"],
  ["nested repetition without an end", "(?:a*)*b"],
  ["alternatives that overlap", "(a|a)*b"],
  ["two that repeat one after another", "a*a*b"],
  ["something after what repeats", String.raw`\s+x`],
  ["looking ahead after what repeats", String.raw`\s+(?=x)`],
  ["repetition in looking ahead", "(?=a+)b"],
  ["looking back", String.raw`(.)\1`],
  ["counts that multiply", "a{0,900}a{0,900}b"],
  ["many that are optional", `${"a?".repeat(30)}${"a".repeat(30)}`],
  ["lazy repetition", "a+?b"],
  ["a bracket that does not close", "(a"],
  ["a very long one", "a".repeat(5000)],
])("%s is refused", (_, source) => expect(isBoundedExpression(source)).toBe(false));
