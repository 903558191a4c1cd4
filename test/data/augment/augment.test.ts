import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AugmentedPictures } from "../../../compiler/features/augmentations.ts";
import { augmentPictures } from "../../../runtime/data/makers/augment-pictures.ts";
import { crop, resizedCrop } from "../../../runtime/data/augment/crop.ts";
import { flip } from "../../../runtime/data/augment/flip.ts";
import { jitter } from "../../../runtime/data/augment/jitter.ts";
import type { Draws, PictureChange } from "../../../runtime/data/augment/picture-change.ts";
import { rotate } from "../../../runtime/data/augment/rotate.ts";
import type { Batch } from "../../../runtime/data/data.ts";

interface Fixture {
  readonly height: number;
  readonly width: number;
  readonly picture: readonly number[];
  readonly cases: Readonly<Record<string, readonly number[]>>;
}

const torchvision = JSON.parse(readFileSync(new URL("torchvision.json", import.meta.url), "utf8")) as Fixture;
const white = { background: "white" } as const;
const black = { background: "black" } as const;

/** Draws that are given; what is not asked for in a case is drawn as the middle. */
function draws(uniforms: readonly number[], below: readonly number[] = []): Draws {
  const [left, whole] = [[...uniforms], [...below]];
  return {
    uniform: () => left.shift() ?? 0.5,
    below: () => whole.shift() ?? 0,
    permutation: (n) => Uint32Array.from({ length: n }, (_, index) => index),
  };
}

function changed(change: PictureChange | undefined): readonly number[] {
  const data = Uint8Array.from(torchvision.picture);
  change?.({ data, height: torchvision.height, width: torchvision.width, channels: 3 });
  return [...data];
}

const still = { kind: "jitter", brightness: 0, contrast: 0, saturation: 0, hue: 0 } as const;
/** The uniform draw that gives a factor of 1 + strength · (2u − 1). */
const factor = (value: number, strength: number): number => ((value - 1) / strength + 1) / 2;

describe("one picture is changed as torchvision changes it", () => {
  const cases: Readonly<Record<string, PictureChange | undefined>> = {
    "flip horizontal": flip({ kind: "flip", direction: "horizontal", chance: 0.5 }, draws([0.2]), white),
    "flip vertical": flip({ kind: "flip", direction: "vertical", chance: 0.5 }, draws([0.2]), white),
    crop: crop({ kind: "crop", padding: 2 }, draws([], [3, 0]), white),
    "rotate 30": rotate({ kind: "rotate", degrees: 60 }, draws([0.75]), black),
    "rotate -80": rotate({ kind: "rotate", degrees: 80 }, draws([0]), black),
    "brightness 1.3": jitter({ ...still, brightness: 0.4 }, draws([factor(1.3, 0.4)]), white),
    "contrast 0.7": jitter({ ...still, contrast: 0.4 }, draws([0.5, factor(0.7, 0.4)]), white),
    "saturation 1.4": jitter({ ...still, saturation: 0.4 }, draws([0.5, 0.5, factor(1.4, 0.4)]), white),
    "hue 0.1": jitter({ ...still, hue: 0.2 }, draws([0.5, 0.5, 0.5, 0.75]), white),
    "hue -0.3": jitter({ ...still, hue: 0.3 }, draws([0.5, 0.5, 0.5, 0]), white),
    // 4 of 6 rows and 3 of 5 columns, from row 1 and column 2 on.
    resized_crop: resizedCrop({ kind: "resized_crop", area: 0.2 }, draws([...resized(), 0.4, 0.8]), white),
  };

  /** Ten draws of an area and a ratio; the first fits. */
  function resized(): readonly number[] {
    const [area, ratio] = [(4 / 6) * (3 / 5), 3 / 5 / (4 / 6)];
    const first = [(area - 0.2) / 0.8, Math.log(ratio / (3 / 4)) / Math.log(16 / 9)];
    return [...first, ...Array.from({ length: 18 }, () => 0.5)];
  }

  test.each(Object.keys(torchvision.cases))("%s", (name) => {
    const [ours, theirs] = [changed(cases[name]), torchvision.cases[name] ?? []];
    expect(ours).toHaveLength(theirs.length);
    // Numbers in float32 there and in float64 here may round to neighbours.
    const furthest = Math.max(...ours.map((value, index) => Math.abs(value - (theirs[index] ?? -1))));
    expect(furthest).toBeLessThanOrEqual(1);
    expect(ours).not.toEqual(torchvision.picture);
  });

  test("what a turn or a move brings into view is background, and transparent where there is opacity", () => {
    const data = new Uint8Array(4 * 4 * 4).fill(255);
    rotate({ kind: "rotate", degrees: 45 }, draws([1]), white)?.({ data, height: 4, width: 4, channels: 4 });
    expect([...data].filter((_, index) => index % 4 < 3).every((value) => value === 255)).toBe(true);
    expect(data[3]).toBeLessThan(128);
    expect(data[4 * 5 + 3]).toBe(255);
    const pixels = Uint8Array.of(9, 8, 7, 6);
    crop({ kind: "crop", padding: 1 }, draws([], [2, 1]), black)?.({ data: pixels, height: 2, width: 2, channels: 1 });
    expect([...pixels]).toEqual([7, 6, 0, 0]);
  });

  test("a picture that is not drawn to be flipped stays", () => {
    expect(flip({ kind: "flip", direction: "vertical", chance: 0.5 }, draws([0.5]), white)).toBeUndefined();
  });

  test("grey pictures change in brightness and contrast alone, and opacity never", () => {
    const strong = { ...still, saturation: 1, hue: 0.5 };
    const grey = { data: Uint8Array.of(10, 200, 90, 128, 40, 0), height: 1, width: 3, channels: 2 };
    jitter(strong, draws([0.5, 0.5, 0, 0]), white)?.(grey);
    expect([...grey.data]).toEqual([10, 200, 90, 128, 40, 0]);
    jitter({ ...strong, brightness: 1 }, draws([0.25]), white)?.(grey);
    expect([...grey.data]).toEqual([5, 200, 45, 128, 20, 0]);
  });
});

describe("a training batch", () => {
  const [size, frames, bytes] = [4, 2, 3 * 4 * 3];
  const photo: AugmentedPictures = {
    name: "photo",
    modality: { kind: "image", height: 3, width: 4, channels: 3, fit: "contain", background: "white" },
    augmentations: [
      { kind: "rotate", degrees: 90 },
      { ...still, brightness: 0.4 },
    ],
  };
  const pixels = (count: number): Uint8Array =>
    Uint8Array.from({ length: count * bytes }, (_, index) => (index * 37) % 251);
  /** The pixels of each row under its key. */
  function augmented(
    keys: readonly string[],
    {
      task = "t",
      epoch = 0,
      pictures = [photo],
      features = {},
    }: {
      readonly task?: string;
      readonly epoch?: number;
      readonly pictures?: readonly AugmentedPictures[];
      readonly features?: Readonly<Record<string, Uint8Array>>;
    } = {},
  ): ReadonlyMap<string, readonly number[]> {
    const data = pixels(size);
    // The picture of a row does not depend on where the row is.
    for (let row = 1; row < size; row++) data.copyWithin(row * bytes, 0, bytes);
    const batch: Batch = {
      features: new Map(Object.entries({ photo: data, ...features })),
      rowWeight: new Float32Array(size),
      keys,
    };
    augmentPictures(batch, { task, size, draw: { seed: 1, stage: "fit", epoch } }, pictures);
    return new Map(keys.map((key, row) => [key, [...data.subarray(row * bytes, (row + 1) * bytes)]]));
  }

  test("an example has its own change, whatever batch it is in and wherever it is there", () => {
    const [one, other] = [augmented(["a", "b", "c"]), augmented(["c", "x", "a", "b"])];
    for (const key of ["a", "b", "c"]) expect(other.get(key)).toEqual(one.get(key));
    expect(one.get("a")).not.toEqual(one.get("b"));
  });

  test("another epoch and another task draw anew", () => {
    const one = augmented(["a"]).get("a");
    expect(augmented(["a"], { epoch: 1 }).get("a")).not.toEqual(one);
    expect(augmented(["a"], { task: "u" }).get("a")).not.toEqual(one);
  });

  test("another augmentation before it leaves the draws of the others as they are", () => {
    const rotated = { ...photo, augmentations: photo.augmentations.slice(0, 1) };
    const flipped = {
      ...photo,
      augmentations: [{ kind: "flip", direction: "vertical", chance: 0 } as const, ...rotated.augmentations],
    };
    expect(augmented(["a"], { pictures: [flipped] })).toEqual(augmented(["a"], { pictures: [rotated] }));
  });

  test("evaluation, padding and rows without a picture stay as they are", () => {
    const before = [...pixels(1)];
    const data = pixels(1);
    const batch: Batch = { features: new Map([["photo", data]]), rowWeight: new Float32Array(1), keys: ["a"] };
    augmentPictures(batch, { task: "t", size: 1 }, [photo]);
    expect([...data]).toEqual(before);
    const rows = augmented(["a", "b"], { features: { "photo.present": Uint8Array.of(0, 1, 0, 0) } });
    expect(rows.get("a")).toEqual(before);
    expect(rows.get("b")).not.toEqual(before);
  });

  test("all frames of a video change alike, and frames that are not there not at all", () => {
    const film: AugmentedPictures = {
      ...photo,
      name: "film",
      modality: { ...photo.modality, kind: "video", frames: frames + 1 },
    };
    const frame = pixels(1);
    const data = Uint8Array.from([...frame, ...frame, ...frame]);
    const features = new Map([
      ["film", data],
      ["film.mask", Uint8Array.of(1, 1, 0)],
    ]);
    augmentPictures(
      { features, rowWeight: new Float32Array(1), keys: ["a"] },
      { task: "t", size: 1, draw: { seed: 1, stage: "fit", epoch: 0 } },
      [film],
    );
    const [first, second, third] = [0, 1, 2].map((index) => [...data.subarray(index * bytes, (index + 1) * bytes)]);
    expect(second).toEqual(first);
    expect(first).not.toEqual([...frame]);
    expect(third).toEqual([...frame]);
  });
});
