import type { Candidates, ResolvedMixup, ResolvedModality, ResolvedTarget } from "../schema/resolved.ts";
import type { Shape, TensorType } from "../graph/graph.ts";
import type { Rules } from "../semantics.ts";
import { soundFrames } from "./audio-frames.ts";
import { tableColumns, tableVocabulary } from "./table-columns.ts";

/** One tensor that the data reader makes of a field of an example, and that a graph takes as an input. Shapes are without the batch. */
export interface Feature extends TensorType {
  /** `drawing`, `name.ids`, `name.mask`, `subgroup.target`. */
  readonly name: string;
  /** Of integers that stand for something (words, classes, flags): they are from 0 to below this. */
  readonly below?: number;
}

/**
 * The features of a modality. This is the contract between elaboration, which reads them in a graph, and the data reader, which fills them.
 * An optional modality has `NAME.present` besides: uint8 [], 0 where the row lacks it (its other features are then zero).
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
        shape: [modality.most],
        below: modality.tokenizer.size,
      };
      const mask = maskFeature(name, modality.most);
      const segments: readonly Feature[] =
        modality.segments > 1
          ? [{ name: `${name}.segments`, dtype: "int32", shape: [modality.most], below: modality.segments }]
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
      const { most, width } = modality;
      return [
        { name, dtype: "float32", shape: [most, width] },
        { name: `${name}.boxes`, dtype: "float32", shape: [most, 5] },
        maskFeature(name, most),
        ...present,
      ];
    }
    case "tensor":
      return [{ name, dtype: "float32", shape: modality.shape }, ...present];
  }
}

/** 1 where a token is there. */
function maskFeature(name: string, length: number): Feature {
  return { name: `${name}.mask`, dtype: "uint8", shape: [length], below: 2 };
}

/** How many numbers a step of a series has. */
export function channelsOf({ channels }: Extract<ResolvedModality, { readonly kind: "series" }>): number {
  return typeof channels === "number" ? channels : channels.length;
}

/** The columns of a field that a data set does not name: a table and the channels of a series may name theirs, everything else has one of its own name. */
export function ownColumns(field: string, modality: ResolvedModality | undefined): string | readonly string[] {
  if (modality?.kind === "table") return tableColumns(modality).map((column) => column.name);
  return modality?.kind === "series" && typeof modality.channels !== "number" ? modality.channels : field;
}

export function classCount(target: Extract<ResolvedTarget, { classes: unknown }>): number {
  return typeof target.classes === "number" ? target.classes : target.classes.length;
}

/** Whether only the data tells how many of a task's outputs stand for a class: a graph of such a task takes a mask of them. */
export function hasSpareClasses(target: ResolvedTarget, { spareClasses }: Rules): boolean {
  return spareClasses === "masked" && "classes" in target && typeof target.classes === "number";
}

/** The scalar input that takes a modality's λ of mixup, which the runtime draws. */
export function scalarOfMixup({ per }: ResolvedMixup, modality: string): string {
  return per === "modality" ? `mixup/${modality}` : "mixup";
}

/** Features of a modality that differ between candidates; whether a row has it at all does not. */
export function featuresOfCandidates(
  features: readonly Feature[],
  { most }: Pick<Candidates, "most">,
): readonly Feature[] {
  return features.map((feature) =>
    feature.name.endsWith(".present") ? feature : { ...feature, shape: [most, ...feature.shape] },
  );
}

/** What the graphs of each kind of target predict, by the name of their output. */
export const predictionNames = {
  category: "logits",
  labels: "logits",
  number: "value",
  ranking: "scores",
  masked: "logits",
} as const satisfies { readonly [Kind in ResolvedTarget["kind"]]: string };

export type MaskedTarget = Extract<ResolvedTarget, { readonly kind: "masked" }>;
/** A target that a column of the data holds. */
export type ColumnTarget = Exclude<ResolvedTarget, MaskedTarget>;

/** A text some of whose tokens a task predicts. */
export interface MaskedText {
  readonly target: MaskedTarget;
  readonly text: Extract<ResolvedModality, { readonly kind: "text" }>;
  /** How many tokens of a row can be hidden; it is the same where the text is compiled shorter. */
  readonly places: number;
}

/** The text of a masked target, if it is one. */
export function maskedTextOf(
  target: ResolvedTarget,
  modalityOf: (name: string) => ResolvedModality | undefined,
): MaskedText | undefined {
  const text = target.kind === "masked" ? modalityOf(target.modality) : undefined;
  return target.kind === "masked" && text?.kind === "text"
    ? { target, text, places: maskedPlaces(target, text) }
    : undefined;
}

/** Half more than are hidden on average. */
export function maskedPlaces({ rate }: MaskedTarget, { most }: MaskedText["text"]): number {
  return Math.max(1, Math.min(most, Math.ceil(1.5 * rate * most)));
}

/** What a reader gives of a masked text besides its features, which are corrupted: the ids as they were, and the places whose tokens are predicted. */
export function featuresOfMasked(masked: MaskedText): {
  readonly [Name in "original" | "positions" | "mask"]: Feature;
} {
  const { modality } = masked.target;
  const { places } = masked;
  return {
    original: {
      name: `${modality}.original`,
      dtype: "int32",
      shape: [masked.text.most],
      below: masked.text.tokenizer.size,
    },
    positions: { name: `${modality}.masked`, dtype: "int32", shape: [places], below: masked.text.most },
    mask: { name: `${modality}.masked.mask`, dtype: "uint8", shape: [places] },
  };
}

export function targetName(task: string): string {
  return `${task}.target`;
}

/** The id of each hidden token, −1 where there is none. */
export function featureOfMaskedTarget(task: string, masked: MaskedText): Feature {
  return { name: targetName(task), dtype: "int32", shape: [masked.places], below: masked.text.tokenizer.size };
}

/** The shape of what a task predicts of one row: scores of classes, of the tokens in each place, or one number. */
export function shapeOfScores(target: ColumnTarget | MaskedText): Shape {
  if ("text" in target) return [target.places, target.text.tokenizer.size];
  return "classes" in target ? [classCount(target)] : [];
}

/** The feature of a task's target. A row that lacks it has `row_weight` 0 and any value here. */
export function featureOfTarget(task: string, target: ColumnTarget, candidates?: Candidates): Feature {
  const name = targetName(task);
  switch (target.kind) {
    case "category":
      return { name, dtype: "int32", shape: [], below: classCount(target) };
    case "labels":
      return { name, dtype: "float32", shape: [classCount(target)] };
    case "number":
      return { name, dtype: "float32", shape: [] };
    case "ranking":
      // Relevance of each candidate, −1 where there is none.
      return { name, dtype: "float32", shape: [candidates?.most ?? 1] };
  }
}
