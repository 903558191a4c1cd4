import type { Candidates, ResolvedMixup, ResolvedModality } from "../schema/resolved.ts";
import type { TensorType } from "../graph/graph.ts";
import { soundFrames } from "./audio-frames.ts";
import { tableColumns, tableVocabulary } from "./table-columns.ts";

/**
 * A tensor that the data reader makes from a field of an example, and that a graph takes as an input. Shapes are
 * without the batch.
 */
export interface Feature extends TensorType {
  /** `drawing`, `name.ids`, `name.mask`, `subgroup.target`. */
  readonly name: string;
  /** Exclusive upper bound of integers with a meaning (words, classes, flags); they start at 0. */
  readonly below?: number;
  /** `targets` for a feature that only targets are made of: the model does not read it. */
  readonly readBy?: "targets";
}

/**
 * The features of a modality. This is the contract between elaboration, which reads them in a graph, and the data
 * reader, which fills them.
 * An optional modality also has `NAME.present`: uint8 [], 0 if the row lacks it (its other features are then zero).
 */
export function featuresOfModality(
  name: string,
  modality: ResolvedModality,
  presence: "required" | "optional",
): readonly Feature[] {
  const present: readonly Feature[] =
    presence === "optional" ? [{ name: `${name}.present`, dtype: "uint8", shape: [], below: 2 }] : [];
  switch (modality.kind) {
    case "image":
      // Bytes 0..255; the graph divides by 255.
      return [
        { name, dtype: "uint8", shape: [modality.height, modality.width, modality.channels], below: 256 },
        ...present,
      ];
    case "text": {
      const ids: Feature = {
        name: `${name}.ids`,
        dtype: "int32",
        shape: [modality.max_length],
        below: modality.tokenizer.size,
      };
      const mask = maskFeature(name, modality.max_length);
      const segments: readonly Feature[] =
        modality.segments > 1
          ? [{ name: `${name}.segments`, dtype: "int32", shape: [modality.max_length], below: modality.segments }]
          : [];
      return [ids, mask, ...segments, ...present];
    }
    case "table": {
      const columns = tableColumns(modality).length;
      const numbers: readonly Feature[] =
        modality.numeric.length > 0
          ? [{ name: `${name}.numbers`, dtype: "float32", shape: [modality.numeric.length] }]
          : [];
      return [
        { name: `${name}.ids`, dtype: "int32", shape: [columns], below: tableVocabulary(modality) },
        ...numbers,
        ...present,
      ];
    }
    case "audio": {
      const { count, width } = soundFrames(modality);
      return [{ name, dtype: "float32", shape: [count, width] }, maskFeature(name, count), ...present];
    }
    case "series": {
      const { steps } = modality;
      return [{ name, dtype: "float32", shape: [steps, channelsOf(modality)] }, maskFeature(name, steps), ...present];
    }
    case "video": {
      const { frames, height, width, channels } = modality;
      return [
        { name, dtype: "uint8", shape: [frames, height, width, channels], below: 256 },
        maskFeature(name, frames),
        ...present,
      ];
    }
    case "regions": {
      const { max_regions: most, width, classes } = modality;
      const named: readonly Feature[] =
        classes === undefined
          ? []
          : [{ name: `${name}.classes`, dtype: "float32", shape: [most, classes], readBy: "targets" }];
      return [
        { name, dtype: "float32", shape: [most, width] },
        { name: `${name}.boxes`, dtype: "float32", shape: [most, 5] },
        maskFeature(name, most),
        ...named,
        ...present,
      ];
    }
    case "tensor":
      return [{ name, dtype: "float32", shape: modality.shape }, ...present];
  }
}

/** 1 for tokens that are present. */
function maskFeature(name: string, length: number): Feature {
  return { name: `${name}.mask`, dtype: "uint8", shape: [length], below: 2 };
}

/** Number of channels of a series. */
export function channelsOf({ channels }: Extract<ResolvedModality, { readonly kind: "series" }>): number {
  return typeof channels === "number" ? channels : channels.length;
}

/**
 * Default columns of a field that a data set does not name: a table and the channels of a series may name theirs; every
 * other field has one column of its own name.
 */
export function ownColumns(field: string, modality: ResolvedModality | undefined): string | readonly string[] {
  if (modality?.kind === "table") return tableColumns(modality).map((column) => column.name);
  return modality?.kind === "series" && typeof modality.channels !== "number" ? modality.channels : field;
}

/** The name of the scalar input for a modality's λ of mixup, which the runtime draws. */
export function scalarOfMixup({ per }: ResolvedMixup, modality: string): string {
  return per === "modality" ? `mixup/${modality}` : "mixup";
}

/** The name of the scalar input that takes the fraction of the stage's updates that have been made. */
export const progressScalar = "progress";

/** True for the name of a scalar input that takes a λ of mixup. */
export function isMixup(scalar: string): boolean {
  return scalar === "mixup" || scalar.startsWith("mixup/");
}

/** Features of a modality that differ between candidates. Presence in a row is common to all candidates. */
export function featuresOfCandidates(
  features: readonly Feature[],
  { most }: Pick<Candidates, "most">,
): readonly Feature[] {
  return features.map((feature) =>
    feature.name.endsWith(".present") ? feature : { ...feature, shape: [most, ...feature.shape] },
  );
}

/**
 * The name of the feature that holds a task's target, if it is a single one. A row that lacks a target has `row_weight`
 * 0 and any value here.
 */
export function targetName(task: string): string {
  return `${task}.target`;
}
