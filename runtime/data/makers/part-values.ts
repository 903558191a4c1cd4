import type { HiddenParts } from "../../../compiler/targets/hidden-parts.ts";
import type { TensorData } from "../../engines/engine.ts";

/** The numbers of the parts of one row: regions, patches of a picture, or steps. */
export interface PartValues {
  readonly isThere: (part: number) => boolean;
  /** The numbers of a part, as the model reads them. */
  readonly read: (part: number) => readonly number[];
  /** Sets the numbers of a part to 0. */
  readonly hide: (part: number) => void;
  /** The distribution over the classes of a region; `undefined` if it has none. */
  readonly classesOf: (part: number) => readonly number[] | undefined;
  /** The box of a region: x₁, y₁, x₂, y₂. */
  readonly boxOf: (part: number) => readonly number[];
}

type Features = ReadonlyMap<string, TensorData>;

export function valuesOfParts(features: Features, parts: HiddenParts, row: number): PartValues {
  const { target, modality, count, width } = parts;
  const name = target.modality;
  const values = features.get(name) ?? new Float32Array(0);
  const start = row * count * width;
  const indices =
    modality.kind === "image" && "patch" in target && target.patch !== undefined
      ? (part: number) => pixelsOf(part, modality, target.patch ?? 1)
      : (part: number) => Array.from({ length: width }, (_, at) => part * width + at);
  // Graphs read the bytes of pixels as numbers from 0 to 1.
  const scale = values instanceof Uint8Array ? 1 / 255 : 1;
  const rowOfParts = (feature: string, part: number): readonly number[] => {
    const tensor = features.get(`${name}.${feature}`);
    const size = modality.kind === "regions" && feature === "classes" ? (modality.classes ?? 0) : 5;
    const from = (row * count + part) * size;
    return tensor ? Array.from(tensor.subarray(from, from + size)) : [];
  };
  const mask = features.get(`${name}.mask`);
  return {
    isThere: (part) => mask === undefined || (mask[row * count + part] ?? 0) > 0,
    read: (part) => indices(part).map((index) => (values[start + index] ?? 0) * scale),
    hide: (part) => {
      for (const index of indices(part)) values[start + index] = 0;
    },
    classesOf: (part) => {
      const classes = rowOfParts("classes", part);
      return classes.some((share) => share > 0) ? classes : undefined;
    },
    boxOf: (part) => rowOfParts("boxes", part),
  };
}

/** The indices of the numbers of a patch in a picture `[height, width, channels]`, row by row. */
function pixelsOf(
  part: number,
  { width, channels }: { readonly width: number; readonly channels: number },
  patch: number,
): readonly number[] {
  const across = width / patch;
  const [top, left] = [Math.floor(part / across) * patch, (part % across) * patch];
  const line = patch * channels;
  return Array.from({ length: patch * line }, (_, at) => {
    const [row, rest] = [Math.floor(at / line), at % line];
    return ((top + row) * width + left) * channels + rest;
  });
}
