import { describe, expect, test } from "vitest";
import { type MaskedText, maskedPositions } from "../../compiler/targets/masked.ts";
import type { TargetOf } from "../../compiler/targets/target.ts";
import type { Batch } from "../../runtime/data/data.ts";
import { hideTokens } from "../../runtime/data/makers/mask-tokens.ts";
import { specialIds, specialTokens } from "../../runtime/data/tokenizers/special-tokens.ts";
import type { TextEncoding } from "../../runtime/data/tokenizers/text-encoding.ts";

const most = 200;
const rows = 200;
const space = 4;

/** A vocabulary of 262 ids, of which one begins words. */
const encoding: TextEncoding = { encode: () => [], decode: () => "", size: 262, startsWord: (id) => id === space };

function masking(target: Partial<TargetOf<"masked">> = {}) {
  const hidden: TargetOf<"masked"> = {
    kind: "masked",
    modality: "text",
    rate: 0.15,
    keep: 0.1,
    replace: 0.1,
    unit: "token",
    ...target,
  };
  const text: MaskedText["text"] = {
    kind: "text",
    max_length: most,
    tokenizer: { kind: "bytes", size: 262 },
    segments: 1,
    separators: "between",
    lowercase: false,
  };
  const masked: MaskedText = { target: hidden, text, positions: maskedPositions(hidden, text) };
  return { task: "fill", masked, encoding };
}

/** Texts of `length` tokens; every fifth one begins a word. */
function texts({ length = most, names = Array.from({ length: rows }, (_, row) => `r${row}`) } = {}): Batch {
  const place = (index: number) => index % most;
  const ids = Int32Array.from({ length: names.length * most }, (_, index) =>
    place(index) >= length ? specialIds.padding : place(index) % 5 === 0 ? space : 10 + (place(index) % 200),
  );
  const mask = Uint8Array.from({ length: names.length * most }, (_, index) => (place(index) < length ? 1 : 0));
  return {
    features: new Map<string, Int32Array | Uint8Array>([
      ["text.ids", ids],
      ["text.mask", mask],
    ]),
    rowWeight: new Float32Array(names.length).fill(1),
    keys: names,
  };
}

const draw = { seed: 1, stage: "fit", epoch: 0 };

function hidden(
  target: Partial<TargetOf<"masked">> = {},
  options: Parameters<typeof texts>[0] & { readonly draw?: typeof draw } = {},
) {
  const batch = texts(options);
  const size = batch.keys.length;
  const out = hideTokens(batch, { size, draw: options.draw ?? draw }, masking(target));
  const feature = (name: string) => [...(out.features.get(name) ?? [])];
  const { positions: places } = masking(target).masked;
  const positions = feature("text.masked");
  const chosen = feature("fill.target").flatMap((id, index) =>
    id < 0 ? [] : [{ id, row: Math.floor(index / places), position: positions[index] ?? -1 }],
  );
  return { out, feature, places, chosen, ids: feature("text.ids"), original: feature("text.original") };
}

describe("hidden tokens (Devlin et al., 2019, §3.1)", () => {
  const drawn = hidden();

  test("15 % of the tokens are asked for; a row has room for half more", () => {
    expect(drawn.places).toBe(45);
    expect(drawn.chosen.length / (rows * most)).toBeCloseTo(0.15, 2);
  });

  test("of these the model sees 80 % as masks, 10 % as random tokens and 10 % as they are", () => {
    const seen = drawn.chosen.map(({ id, row, position }) => {
      const shown = drawn.ids[row * most + position];
      return shown === specialIds.mask ? "mask" : shown === id ? "kept" : "random";
    });
    const share = (what: string) => seen.filter((each) => each === what).length / seen.length;
    expect(share("mask")).toBeCloseTo(0.8, 1);
    expect(share("kept")).toBeCloseTo(0.1, 1);
    expect(share("random")).toBeCloseTo(0.1, 1);
  });

  test("every other token stays as it is, targets are the tokens before, and `original` is the text", () => {
    const before = [...(texts().features.get("text.ids") ?? [])];
    expect(drawn.original).toEqual(before);
    const asked = new Set(drawn.chosen.map(({ row, position }) => row * most + position));
    expect(drawn.ids.filter((_, index) => !asked.has(index))).toEqual(before.filter((_, index) => !asked.has(index)));
    for (const { id, row, position } of drawn.chosen) expect(id).toBe(before[row * most + position]);
  });

  test("random tokens are never special ones", () => {
    const { chosen, ids } = hidden({ keep: 0, replace: 1 });
    expect(Math.min(...chosen.map(({ row, position }) => ids[row * most + position] ?? 0))).toBeGreaterThanOrEqual(
      specialTokens.length,
    );
  });

  test("what is hidden depends on example and epoch, not on the batch", () => {
    const alone = hidden({}, { names: ["r7"] });
    expect(alone.ids).toEqual(drawn.ids.slice(7 * most, 8 * most));
    expect(hidden({}, { draw: { ...draw, epoch: 1 } }).ids).not.toEqual(drawn.ids);
    expect(hidden({}, { draw: { ...draw, seed: 2 } }).ids).not.toEqual(drawn.ids);
  });

  test("without a draw it is always the same", () => {
    const evaluated = () => [...(hideTokens(texts(), { size: rows }, masking()).features.get("text.ids") ?? [])];
    expect(evaluated()).toEqual(evaluated());
  });

  test("what is beyond the room of a row stays as it is", () => {
    const { chosen, places } = hidden({ rate: 1 }, { names: ["a"] });
    expect(places).toBe(most);
    expect(chosen.length).toBe(most);
    const many = hidden({ rate: 0.5 });
    expect(
      Math.max(...Array.from({ length: rows }, (_, row) => many.chosen.filter((each) => each.row === row).length)),
    ).toBeLessThanOrEqual(many.places);
  });

  test("a short text has one hidden token at least, an empty one counts for nothing", () => {
    const short = hidden({ rate: 0.01 }, { length: 3 });
    for (let row = 0; row < rows; row++)
      expect(short.chosen.filter((each) => each.row === row).length).toBeGreaterThanOrEqual(1);
    expect([...hidden({}, { length: 0 }).out.rowWeight]).toEqual(Array(rows).fill(0));
  });

  test("padding is never hidden", () => {
    for (const { position } of hidden({}, { length: 50 }).chosen) expect(position).toBeLessThan(50);
  });

  test.each([0.04, 0.15, 0.5])(
    "with `unit: word` a share of %d of the tokens is hidden, however little room there is",
    (rate) => {
      const epochs = Array.from(
        { length: 6 },
        (_, epoch) => hidden({ unit: "word", rate }, { draw: { ...draw, epoch } }).chosen.length,
      );
      const share = epochs.reduce((sum, each) => sum + each, 0) / (epochs.length * rows * most);
      expect(Math.abs(share - rate) / rate).toBeLessThan(0.03);
    },
  );

  test("with `unit: word` the tokens of a word are hidden together", () => {
    const { chosen } = hidden({ unit: "word" });
    const asked = new Set(chosen.map(({ row, position }) => row * most + position));
    for (const place of asked)
      for (let other = 0; other < 5; other++) expect(asked.has(Math.floor(place / 5) * 5 + other)).toBe(true);
    expect(chosen.length / (rows * most)).toBeCloseTo(0.15, 1);
  });
});
