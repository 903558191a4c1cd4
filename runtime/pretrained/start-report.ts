import { counted } from "../../compiler/counted.ts";
import { type Properties, count, list, map, object, string } from "../../compiler/schema/schema-parts.ts";
import { type SealedJson, sealedJson, sealedSchema } from "../files/sealed-json.ts";
import { startFile } from "./start-file.ts";
import type { NumberScale } from "../targets/number-scale.ts";

interface ReportedScale extends NumberScale {
  readonly task: string;
  /** True if the run keeps the scale. */
  readonly kept: boolean;
}

/**
 * `starts/STAGE.json` of a run: the weights that a stage took from outside of the run, and those that it did not.
 * Weights are named as in checkpoints.
 */
export interface StartReport {
  readonly version: 1;
  readonly stage: string;
  /** The index of the source; absent for the first one, and the only one unless the stage merges several. */
  readonly source?: number;
  /** The path as the specification has it. */
  readonly path: string;
  /** The checkpoint of a run. */
  readonly checkpoint: string | null;
  /** SHA-256 of the safetensors file; of several, of their hashes. */
  readonly sha256: string;
  readonly taken: readonly { readonly weight: string; readonly from: string }[];
  /**
   * Weights that were matched by the names of an axis, with the numbers of indices that were taken and that are new.
   */
  readonly partly: readonly {
    readonly weight: string;
    readonly from: string;
    readonly taken: number;
    readonly fresh: number;
  }[];
  /** Not found: they stay as the stage before left them, or are newly initialised. */
  readonly missing: readonly string[];
  readonly otherShape: readonly {
    readonly weight: string;
    readonly from: string;
    readonly here: readonly number[];
    readonly there: readonly number[];
  }[];
  /** Tensors that were not used. */
  readonly unused: readonly string[];
  /** Axes whose names differ: the names that are new here, and those that are only there. */
  readonly labels: readonly {
    readonly of: string;
    readonly added: readonly string[];
    readonly gone: readonly string[];
  }[];
  /**
   * Tasks whose numbers had another mean and deviation in the source, with an entry for each number of a row; absent if
   * there are none.
   */
  readonly scales?: readonly ReportedScale[];
  /** The vocabulary file that gives the order of a bare file's rows, by modality; absent if none was needed. */
  readonly vocabularies?: { readonly [modality: string]: string };
}

const number = { type: "number" };
const strings = list(string);
const objects = (properties: Properties) => list(object(properties));
const shape = list(count);

export const startReportSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:start-report:1",
  title: "Weights that a stage took from outside its run",
  ...object(
    {
      version: { const: 1 },
      stage: string,
      path: string,
      checkpoint: { anyOf: [string, { type: "null" }] },
      sha256: string,
      taken: objects({ weight: string, from: string }),
      partly: objects({ weight: string, from: string, taken: count, fresh: count }),
      missing: strings,
      otherShape: objects({ weight: string, from: string, here: shape, there: shape }),
      unused: strings,
      labels: objects({ of: string, added: strings, gone: strings }),
    },
    {
      source: count,
      scales: objects({ task: string, mean: number, deviation: number, kept: { type: "boolean" } }),
      vocabularies: map(string),
    },
  ),
});

export const startReportFile: SealedJson<StartReport> = sealedJson(startReportSchema);

/** In one line for who looks on at a run, whose folder has all names. */
export function startNote(report: StartReport): string {
  return `${startSummary(report)} ${startFile(report)} lists all.`;
}

/** Summarizes a report in one line. */
export function startSummary({
  stage,
  path,
  checkpoint,
  taken,
  partly,
  missing,
  otherShape,
  unused,
  labels,
  scales = [],
  vocabularies = {},
}: StartReport): string {
  const parts = [
    `takes ${counted(taken.length + partly.length, "weight")} from ${path}${checkpoint === null ? "" : ` (${checkpoint})`}`,
    ...partly
      .slice(0, 1)
      .map(
        ({ weight, taken: known, fresh }) =>
          `${partly.length} of them by name (${weight}: ${known} rows known, ${fresh} new)`,
      ),
    ...Object.entries(vocabularies).map(([modality, file]) => `rows of ${modality} by token, in the order of ${file}`),
    ...labels.map(
      ({ of, added, gone }) =>
        `of ${of} ${some(added, "new")}${added.length > 0 && gone.length > 0 ? " and " : ""}${some(gone, "gone")}`,
    ),
    ...scales.map(describeScale),
    missing.length === 0 ? "" : `${counted(missing.length, "weight")} not found there: ${few(missing)}`,
    otherShape.length === 0
      ? ""
      : `${counted(otherShape.length, "weight")} of another shape there: ${few(otherShape.map(({ weight, here, there }) => `${weight} [${here.join(" × ")}], there [${there.join(" × ")}]`))}`,
    unused.length === 0 ? "" : `${unused.length} of its tensors not used: ${few(unused)}`,
  ];
  return `Stage ${stage} ${parts.filter((part) => part !== "").join("; ")}.`;
}

/**
 * Says which scale the numbers of a task have. A user who wants that of the training split takes everything but the
 * task's last layer.
 */
function describeScale({ task, mean, deviation, kept }: ReportedScale): string {
  const scale = `mean ${mean.toPrecision(4)} and deviation ${deviation.toPrecision(4)}`;
  return kept
    ? `the numbers of task ${task} stay standardised by its ${scale}`
    : `the numbers of task ${task} were standardised there, by ${scale}, and are not here`;
}

function some(names: readonly string[], what: string): string {
  return names.length === 0 ? "" : `${few(names)} ${names.length === 1 ? "is" : "are"} ${what}`;
}

const shown = 3;

function few(names: readonly string[]): string {
  return names.length <= shown
    ? names.join(", ")
    : `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}
