import { type Feature, channelsOf, targetName } from "../features/features.ts";
import { soundFrames } from "../features/audio-frames.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import type { TargetFeature, TargetOf, TargetTask } from "./target.ts";

export type HidingTarget = TargetOf<"masked_classes" | "masked_values">;

/** The parts of a row's modality of which a task's reader hides some: regions, patches of a picture, or steps. */
export interface HiddenParts {
  readonly target: HidingTarget;
  readonly modality: ResolvedModality;
  /** The number of parts of a row. */
  readonly count: number;
  /** The number of numbers of a part. */
  readonly width: number;
  /** The number of parts of a row that can be predicted. */
  readonly positions: number;
}

/** The parts of a target; undefined where the modality has none or does not fit, which the checker refuses. */
export function hiddenPartsOf(
  target: HidingTarget,
  { modalities }: Pick<TargetTask, "modalities">,
): HiddenParts | undefined {
  const modality = modalities[target.modality];
  const parts = modality && partsOf(modality, "patch" in target ? target.patch : undefined);
  if (!modality || !parts) return undefined;
  // One and a half times as many as are hidden on average.
  const positions = Math.max(1, Math.min(parts.count, Math.ceil(1.5 * target.rate * parts.count)));
  return { target, modality, positions, ...parts };
}

/** The reason why a target cannot hide parts of a modality of a kind that has them; undefined if it can. */
export function obstacleTo(target: HidingTarget, modality: ResolvedModality): string | undefined {
  const patch = "patch" in target ? target.patch : undefined;
  if (modality.kind !== "regions" && target.overlap !== undefined) return "only regions have an `overlap`";
  if (modality.kind !== "image") return patch === undefined ? undefined : "only an image has a `patch`";
  if (patch === undefined) return "an image needs the side of its patches: `patch: 4`";
  const { height, width } = modality;
  return height % patch === 0 && width % patch === 0
    ? undefined
    : `a patch of ${patch} does not divide its size ${height} × ${width}`;
}

function partsOf(
  modality: ResolvedModality,
  patch: number | undefined,
): Pick<HiddenParts, "count" | "width"> | undefined {
  switch (modality.kind) {
    case "regions":
      return { count: modality.max_regions, width: modality.width };
    case "image": {
      const { height, width, channels } = modality;
      if (patch === undefined || height % patch > 0 || width % patch > 0) return undefined;
      return { count: (height / patch) * (width / patch), width: patch * patch * channels };
    }
    case "series":
      return { count: modality.steps, width: channelsOf(modality) };
    case "audio": {
      const { count, width } = soundFrames(modality);
      return { count, width };
    }
    default:
      return undefined;
  }
}

/**
 * The features that the reader makes of the modality in addition to its own, which it changes: the positions of the parts
 * that are predicted, which of these a row has, and 1 for each part that the model does not see.
 */
export function featuresOfHidden({ target: { modality }, count, positions }: HiddenParts): {
  readonly [Part in "positions" | "mask" | "hidden"]: Feature;
} {
  return {
    positions: { name: `${modality}.masked`, dtype: "int32", shape: [positions], below: count },
    mask: { name: `${modality}.masked.mask`, dtype: "uint8", shape: [positions], below: 2 },
    hidden: { name: `${modality}.hidden`, dtype: "uint8", shape: [count], below: 2 },
  };
}

/** 1 for each position at which a row has a hidden part that is predicted. */
export function thereFeature(
  { name }: Pick<TargetTask, "name">,
  { positions }: Pick<HiddenParts, "positions">,
  use: "compared" | "measured",
): TargetFeature {
  return {
    name: `${targetName(name)}.there`,
    part: "there",
    use,
    content: "mask",
    empty: 0,
    dtype: "uint8",
    shape: [positions],
    below: 2,
  };
}

/** The same features as those of a target, which the model reads. */
export function readFeatures(parts: HiddenParts): readonly TargetFeature[] {
  const { positions, mask, hidden } = featuresOfHidden(parts);
  return [
    { ...positions, part: "positions", use: "read", content: "hidden_places", empty: 0 },
    { ...mask, part: "mask", use: "read", content: "mask", empty: 0 },
    { ...hidden, part: "hidden", use: "read", content: "hidden_parts", empty: 0 },
  ];
}
