import { describe, expect, test } from "vitest";
import type { ResolvedDecoding } from "../../compiler/schema/resolved.ts";
import { decode, decodedTexts, rowsOfExample } from "../../runtime/decode/decode.ts";
import type { NextTokens } from "../../runtime/decode/next-tokens.ts";

const end = 2;
const a = 4;
const b = 5;

/** Probabilities of the tokens 0 to 5 after a text. */
type Model = (text: readonly number[]) => readonly number[];

/** A source of next tokens that remembers its rows' texts, as a graph does. */
function sourceOf(model: Model, rows: number): NextTokens {
  let texts: readonly (readonly number[])[] = Array.from({ length: rows }, () => []);
  return {
    rows,
    vocabulary: 6,
    next: (step, tokens, parents) => {
      if (parents) texts = parents.map((parent) => texts[parent] ?? []);
      if (step > 0) texts = texts.map((text, row) => [...text, tokens[row] ?? 0]);
      return Promise.resolve(Float32Array.from(texts.flatMap((text) => model(text).map(Math.log))));
    },
  };
}

async function decoded(model: Model, decoding: ResolvedDecoding, keys = ["one"], length = 5) {
  const source = sourceOf(model, keys.length * rowsOfExample(decoding));
  const request = { source, keys, length, end, mayFollow: () => (token: number) => token >= 1 };
  const texts = await decodedTexts(decode(request, decoding));
  return texts.map(({ ids, logProbability }) => ({ ids, probability: Math.exp(logProbability) }));
}

/** `a` is likelier at first, but what follows it is uncertain, so that the text `b` alone is the likeliest. */
const garden: Model = (text) => {
  if (text.length === 0) return [0, 0.01, 0.01, 0.01, 0.55, 0.42];
  return text[0] === a ? [0, 0.1, 0.3, 0.2, 0.2, 0.2] : [0, 0.01, 0.95, 0.01, 0.02, 0.01];
};

const beam = (width: number, penalty = 0): ResolvedDecoding => ({ kind: "beam", width, length_penalty: penalty });
const sample = (options: Partial<Extract<ResolvedDecoding, { kind: "sample" }>> = {}): ResolvedDecoding => ({
  kind: "sample",
  temperature: 1,
  top_p: 1,
  seed: 1,
  ...options,
});

describe("greedy decoding", () => {
  test("takes the likeliest token at each position, up to the end", async () => {
    const [text] = await decoded(garden, { kind: "greedy" });
    expect(text?.ids).toEqual([a]);
    expect(text?.probability).toBeCloseTo(0.55 * 0.3, 6);
  });

  test("stops at the largest length, and never takes a token that may not follow", async () => {
    const [text] = await decoded(() => [0.9, 0.01, 0.01, 0.01, 0.06, 0.01], { kind: "greedy" });
    expect(text?.ids).toEqual([a, a, a, a, a]);
  });
});

describe("a beam search", () => {
  test("finds the likelier text behind a less likely first token", async () => {
    const [text] = await decoded(garden, beam(2));
    expect(text?.ids).toEqual([b]);
    expect(text?.probability).toBeCloseTo(0.42 * 0.95, 6);
  });

  test("of width 1 is greedy decoding, for every example", async () => {
    const models: Model = (text) => {
      const sum = text.reduce((total, token) => 3 * total + token, 7);
      const weights = [1, 2, 3, 4, 5, 6].map((factor) => 1 + ((sum * factor) % 11));
      const total = weights.reduce((all, weight) => all + weight, 0);
      return weights.map((weight) => weight / total);
    };
    const keys = ["one", "two", "three"];
    expect(await decoded(models, beam(1, 0.6), keys)).toEqual(await decoded(models, { kind: "greedy" }, keys));
  });

  test("as wide as there are texts finds the likeliest of all", async () => {
    const all: { readonly ids: readonly number[]; readonly probability: number }[] = [];
    const visit = (ids: readonly number[], probability: number): void => {
      for (const [token, share] of garden(ids).entries()) {
        if (token < 1) continue;
        if (token === end) all.push({ ids, probability: probability * share });
        else if (ids.length < 2) visit([...ids, token], probability * share);
      }
    };
    visit([], 1);
    const [best] = all.sort((one, other) => other.probability - one.probability);
    const [text] = await decoded(garden, beam(64), ["one"], 3);
    expect(text?.ids).toEqual(best?.ids);
    expect(text?.probability).toBeCloseTo(best?.probability ?? 0, 6);
  });

  test("prefers longer texts with a larger penalty", async () => {
    const model: Model = (text) => (text.length < 3 ? [0, 0, 0.4, 0, 0.6, 0] : [0, 0, 1, 0, 0, 0]);
    expect((await decoded(model, beam(4, 0)))[0]?.ids).toEqual([]);
    expect((await decoded(model, beam(4, 5)))[0]?.ids).toEqual([a, a, a]);
  });
});

describe("sampling", () => {
  const keys = Array.from({ length: 4000 }, (_, index) => `example ${index}`);
  const once: Model = (text) => (text.length === 0 ? [0, 0, 0.1, 0.2, 0.3, 0.4] : [0, 0, 1, 0, 0, 0]);
  const shares = async (decoding: ResolvedDecoding): Promise<readonly number[]> => {
    const firsts = (await decoded(once, decoding, keys)).map(({ ids }) => ids[0] ?? end);
    return [2, 3, 4, 5].map((token) => firsts.filter((first) => first === token).length / keys.length);
  };

  test("draws tokens by their probabilities", async () => {
    const found = await shares(sample());
    for (const [index, wanted] of [0.1, 0.2, 0.3, 0.4].entries())
      expect(Math.abs((found[index] ?? 0) - wanted)).toBeLessThan(0.03);
  });

  test("sharpens by the temperature: p^(1∕T)", async () => {
    const powers = [0.1, 0.2, 0.3, 0.4].map((share) => share ** 2);
    const total = powers.reduce((sum, power) => sum + power, 0);
    const found = await shares(sample({ temperature: 0.5 }));
    for (const [index, power] of powers.entries())
      expect(Math.abs((found[index] ?? 0) - power / total)).toBeLessThan(0.03);
  });

  test("keeps the top_k tokens, and the fewest whose probabilities reach top_p", async () => {
    expect((await shares(sample({ top_k: 2 }))).slice(0, 2)).toEqual([0, 0]);
    const found = await shares(sample({ top_p: 0.5 }));
    expect(found.slice(0, 2)).toEqual([0, 0]);
    expect(Math.abs((found[3] ?? 0) - 4 / 7)).toBeLessThan(0.03);
    expect(await shares(sample({ top_p: 0.3 }))).toEqual([0, 0, 0, 1]);
  });

  test("depends on the seed and the example alone", async () => {
    const many = await decoded(garden, sample(), keys.slice(0, 50));
    const [alone] = await decoded(garden, sample(), keys.slice(20, 21));
    expect(alone).toEqual(many[20]);
    expect(await decoded(garden, sample({ seed: 2 }), keys.slice(0, 50))).not.toEqual(many);
  });
});
