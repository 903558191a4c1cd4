import { describe, expect, test } from "vitest";
import type { ResolvedModality, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Batch } from "../../runtime/data/data.ts";
import { hideParts, partHidingOf } from "../../runtime/data/makers/hide-parts.ts";
import { overlapOf } from "../../runtime/data/rows/overlap.ts";
import { generator } from "../../runtime/random/generator.ts";

const rows = 200;
const regions = { kind: "regions", max_regions: 10, width: 3, classes: 4 } as const satisfies ResolvedModality;
const draw = { seed: 1, stage: "fit", epoch: 0 };

type Target = Extract<ResolvedTask["target"], { readonly kind: "masked_classes" | "masked_values" }>;

function hidingOf(target: Partial<Target>, photo: ResolvedModality) {
  const whole = { kind: "masked_classes", modality: "photo", rate: 0.3, keep: 0.1, ...target } as Target;
  const task: ResolvedTask = { name: "guess", target: whole, metrics: [], weight: 1, inputs: [] };
  const hiding = partHidingOf(task, { modalities: { photo } });
  if (!hiding) throw new Error("nothing can be hidden");
  return hiding;
}

/** Rows of 8 regions of at most 10, some of which overlap; the last one has no class. */
function photos(names: readonly string[]): Batch {
  const features = names.map((name) => {
    const random = generator(1, "photos", name);
    return Array.from({ length: 10 }, (_, region) => {
      const [left, top] = [0.7 * random.uniform(), 0.7 * random.uniform()];
      const isThere = region < 8;
      return {
        numbers: isThere ? [region + 1, random.normal(), -1] : [0, 0, 0],
        box: isThere ? [left, top, left + 0.3, top + 0.3, 0.09] : [0, 0, 0, 0, 0],
        classes: region < 7 ? [0.7, 0.1, 0.1, 0.1] : [0, 0, 0, 0],
        isThere,
      };
    });
  });
  const all = features.flat();
  return {
    features: new Map<string, Float32Array | Uint8Array>([
      ["photo", Float32Array.from(all.flatMap(({ numbers }) => numbers))],
      ["photo.boxes", Float32Array.from(all.flatMap(({ box }) => box))],
      ["photo.classes", Float32Array.from(all.flatMap(({ classes }) => classes))],
      ["photo.mask", Uint8Array.from(all, ({ isThere }) => (isThere ? 1 : 0))],
    ]),
    rowWeight: new Float32Array(names.length).fill(1),
    keys: names,
  };
}

const names = Array.from({ length: rows }, (_, row) => `r${row}`);

function hidden(target: Partial<Target>, keys = names, drawn: typeof draw | undefined = draw) {
  const hiding = hidingOf(target, regions);
  const before = photos(keys);
  const batch = hideParts(photos(keys), { size: keys.length, draw: drawn }, hiding);
  const of = (name: string, from: Batch = batch) => Array.from(from.features.get(name) ?? []);
  const row = (name: string, index: number, from?: Batch) => {
    const values = of(name, from);
    const size = values.length / keys.length;
    return values.slice(index * size, (index + 1) * size);
  };
  return { before, hiding, of, row };
}

describe("hidden regions (Lu et al., 2019, §3.2)", () => {
  const drawn = hidden({ rate: 0.3, keep: 0.1 });
  const asked = names.map((_, row) => {
    const there = drawn.row("photo.masked.mask", row);
    return drawn.row("photo.masked", row).filter((_position, at) => (there[at] ?? 0) > 0);
  });

  test("are the declared share of those that have a class, and some of them stay visible", () => {
    const count = asked.flat().length;
    expect(count / (7 * rows)).toBeGreaterThan(0.25);
    expect(count / (7 * rows)).toBeLessThan(0.33);
    expect(asked.flat().every((region) => region < 7)).toBe(true);
    const invisible = drawn.of("photo.hidden").filter((each) => each > 0).length;
    expect(1 - invisible / count).toBeGreaterThan(0.05);
    expect(1 - invisible / count).toBeLessThan(0.16);
  });

  test("have features of 0, while all others and all boxes stay", () => {
    for (const row of names.keys()) {
      const isHidden = drawn.row("photo.hidden", row);
      const [now, was] = [drawn.row("photo", row), drawn.row("photo", row, drawn.before)];
      for (const region of isHidden.keys())
        expect(now.slice(3 * region, 3 * region + 3)).toEqual(
          isHidden[region] ? [0, 0, 0] : was.slice(3 * region, 3 * region + 3),
        );
    }
    expect(drawn.of("photo.boxes")).toEqual(drawn.of("photo.boxes", drawn.before));
  });

  test("have their distribution over the classes as the target, and −1 behind them", () => {
    for (const [row, regionsOfRow] of asked.entries()) {
      const target = drawn.row("guess.target", row);
      for (const at of Array.from({ length: drawn.hiding.parts.positions }).keys())
        expect(target.slice(4 * at, 4 * at + 4).map((share) => Number(share.toFixed(6)))).toEqual(
          at < regionsOfRow.length ? [0.7, 0.1, 0.1, 0.1] : [-1, -1, -1, -1],
        );
    }
  });

  test("are hidden with all regions that overlap them more than declared (Lu et al., 2020, §3.3)", () => {
    const covered = hidden({ overlap: 0.4 });
    let more = 0;
    for (const row of names.keys()) {
      const isHidden = covered.row("photo.hidden", row);
      const boxes = covered.row("photo.boxes", row);
      const box = (region: number) => boxes.slice(5 * region, 5 * region + 4);
      const there = covered.row("photo.masked.mask", row);
      const own = covered.row("photo.masked", row).filter((_, at) => there[at]);
      const zeroed = own.filter((region) => isHidden[region]);
      more += isHidden.filter((each) => each > 0).length - zeroed.length;
      for (let region = 0; region < 8; region++) {
        const overlaps = zeroed.some((other) => overlapOf(box(region), box(other)) > 0.4);
        if (overlaps) expect(covered.row("photo", row).slice(3 * region, 3 * region + 3)).toEqual([0, 0, 0]);
      }
    }
    expect(more).toBeGreaterThan(20);
  });

  test("depend on the example and the epoch, not on its batch; an evaluation always hides the same", () => {
    const alone = hidden({}, ["r7"]);
    expect(alone.of("photo.masked")).toEqual(hidden({}).row("photo.masked", 7));
    expect(hidden({}, names, { ...draw, epoch: 1 }).of("photo.hidden")).not.toEqual(hidden({}).of("photo.hidden"));
    expect(hidden({}, names, undefined).of("photo.hidden")).toEqual(hidden({}, names, undefined).of("photo.hidden"));
  });

  test("leave out a row without a region that has a class", () => {
    const hiding = hidingOf({}, regions);
    const empty = photos(["a"]);
    empty.features.get("photo.classes")?.fill(0);
    expect([...hideParts(empty, { size: 1, draw }, hiding).rowWeight]).toEqual([0]);
  });
});

test("the numbers of a hidden patch are its pixels, row by row, from 0 to 1; the picture is 0 there", () => {
  const image = {
    kind: "image",
    height: 4,
    width: 6,
    channels: 1,
    fit: "contain",
    background: "white",
  } as const satisfies ResolvedModality;
  const hiding = hidingOf({ kind: "masked_values", rate: 1, keep: 0, patch: 2 }, image);
  expect([hiding.parts.count, hiding.parts.width, hiding.parts.positions]).toEqual([6, 4, 6]);
  const pixels = Uint8Array.from({ length: 24 }, (_, at) => at);
  const batch: Batch = { features: new Map([["photo", pixels]]), rowWeight: Float32Array.of(1), keys: ["a"] };
  const { features } = hideParts(batch, { size: 1, draw }, hiding);
  expect([...pixels]).toEqual(Array(24).fill(0));
  const target = Array.from(features.get("guess.target") ?? [], (value) => Math.round(255 * value));
  // The second patch of the second row of patches.
  expect(target.slice(16, 20)).toEqual([14, 15, 20, 21]);
  expect(target.slice(0, 4)).toEqual([0, 1, 6, 7]);
});
