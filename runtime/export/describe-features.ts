import { type Feature, featuresOfModality } from "../../compiler/features/features.ts";
import { energyFloor, fftSize, melPoints, soundFrames } from "../../compiler/features/audio-frames.ts";
import type { ResolvedModality, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { rulesOf } from "../../compiler/semantics.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import { tableColumns } from "../../compiler/features/table-columns.ts";
import { featureReaders } from "../data/batch/batch-features.ts";
import { featureInPass } from "../../compiler/features/shared-inputs.ts";
import type { CompiledFeature, CompiledManifest, FeatureContent } from "./manifest.ts";

/** Describes how each feature is computed from an example, by feature name. */
export function describeFeatures(specification: ResolvedSpecification): {
  readonly [feature: string]: CompiledFeature;
} {
  const described = [
    ...Object.entries(specification.modalities).flatMap(([name, modality]) =>
      featuresOf(specification, name, modality),
    ),
    ...Object.values(specification.tasks).flatMap((task) => targetsOf(specification, task)),
  ];
  return Object.fromEntries(described);
}

/** Describes a feature of a graph. If it is made for one of the graph's tasks, it has the task's name before its own. */
export function featureOfPass(
  features: CompiledManifest["features"],
  tasks: readonly string[],
  feature: string,
): CompiledFeature | undefined {
  const { task, name } = featureInPass(tasks, feature);
  const found = features[name];
  if (!found || name === feature || task === undefined || "task" in found.of) return found;
  return { ...found, of: { ...found.of, for: task } };
}

type Described = readonly [name: string, feature: CompiledFeature];

function featuresOf(
  specification: ResolvedSpecification,
  name: string,
  modality: ResolvedModality,
): readonly Described[] {
  const { standardised } = featureReaders({ ...specification, modalities: { [name]: modality } }).get(name) ?? {};
  return featuresOfModality(name, modality, "optional").map((feature): Described => {
    const scaled = standardised?.features.includes(feature.name) ? { standardised: { from: standardised.keptAs } } : {};
    return [
      feature.name,
      {
        of: { modality: name },
        content: contentOf(specification, name, modality, feature),
        empty: 0,
        ...limit(feature),
        ...scaled,
      },
    ];
  });
}

const suffixes = {
  ids: "tokens",
  mask: "mask",
  segments: "segments",
  boxes: "boxes",
  classes: "region_classes",
  numbers: "numbers",
  present: "present",
} as const;

function contentOf(
  specification: ResolvedSpecification,
  name: string,
  modality: ResolvedModality,
  feature: Feature,
): FeatureContent {
  const suffix = feature.name.slice(name.length + 1) as keyof typeof suffixes | "";
  if (suffix === "ids" && modality.kind === "table") return { kind: "columns", columns: tableColumns(modality) };
  if (suffix === "numbers" && modality.kind === "table") return { kind: "numbers", columns: modality.numeric };
  if (suffix === "") return wholeOf(specification, modality);
  return { kind: suffixes[suffix] };
}

function wholeOf(specification: ResolvedSpecification, modality: ResolvedModality): FeatureContent {
  switch (modality.kind) {
    case "image":
    case "video":
      return { kind: "pixels", filter: rulesOf(specification).pictureFilter === "own" ? "lanczos" : "library" };
    case "audio": {
      const frames = { kind: "frames" as const, ...soundFrames(modality) };
      const { features, rate } = modality;
      if (features.kind === "waveform") return frames;
      return {
        ...frames,
        spectrum: {
          size: fftSize(features, rate, frames.window) ?? 0,
          points: melPoints(features, rate),
          floor: energyFloor,
        },
      };
    }
    case "series":
      return { kind: "steps" };
    case "regions":
      return { kind: "regions" };
    case "tensor":
      return { kind: "numbers" };
    case "text":
    case "table":
      throw new Error(`a ${modality.kind} has no feature of its own name`);
  }
}

function targetsOf(specification: ResolvedSpecification, task: ResolvedTask): readonly Described[] {
  const { target, features } = taskTarget(task, specification);
  const scaled = target.numbers?.standardised ? { standardised: { from: "float64" as const } } : {};
  return features.map((feature): Described => {
    const { name, content, empty } = feature;
    return [name, { of: { task: task.name }, content: { kind: content }, empty, ...limit(feature), ...scaled }];
  });
}

function limit({ below }: Feature): { readonly below?: number } {
  return below === undefined ? {} : { below };
}
