import { count, list, map, object, string } from "../../compiler/schema/schema-parts.ts";
import { type Sealed, type SealedJson, sealedJson, sealedSchema } from "../files/sealed-json.ts";
import { type SearchMethodName, searchMethodNames } from "./method-names.ts";
import type { Space } from "./space.ts";
import type { Trial, TrialState } from "./trial.ts";

/** `runs/NAME-search-0001.json`: a search, its trials, and all that they are trained with. Their runs are in the same folder. */
export interface SearchFile extends Sealed {
  readonly version: 1;
  readonly mtl: string;
  readonly created: string;
  /** The specification, relative to the folder of this file. */
  readonly specification: string;
  /** SHA-256 of the specification's files, as a run folder lays them out. */
  readonly sources: { readonly [file: string]: string };
  /** Values of params and options that all trials have. */
  readonly set: { readonly [name: string]: string };
  /** The name of the runs. */
  readonly name: string;
  readonly method: SearchMethodName;
  readonly space: Space;
  /** The seed of the values. */
  readonly seed: number;
  readonly points: number;
  readonly factor: number;
  readonly first: number;
  readonly engine: string | null;
  readonly threads: number;
  /** The folder of `--data`, relative to the folder of this file. */
  readonly data_folder: string | null;
  readonly steps: number | null;
  readonly trials: readonly Trial[];
}

const states: { readonly [State in TrialState]: true } = {
  waiting: true,
  training: true,
  paused: true,
  finished: true,
  failed: true,
};

const nullable = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
const positive = { type: "integer", minimum: 1 };
/** The runs are in the folder of the file, so a name cannot be a path. */
const runName = { type: "string", pattern: "^[A-Za-z0-9_-][A-Za-z0-9_.-]*$" };

const dimension = object({
  name: string,
  values: {
    anyOf: [
      object({ kind: { const: "choices" }, values: { ...list(string), minItems: 1 } }),
      object({
        kind: { const: "range" },
        low: { type: "number" },
        high: { type: "number" },
        unit: string,
        scale: { enum: ["linear", "log"] },
        numbers: { enum: ["whole", "real"] },
      }),
    ],
  },
});

const trial = object(
  {
    number: positive,
    values: map(string),
    state: { enum: Object.keys(states) },
    run: nullable(runName),
    until: nullable(positive),
    validations: count,
    scores: list(nullable({ type: "number" })),
  },
  { reason: string },
);

export const searchFileSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:search:1",
  title: "A search over params and options of a specification",
  ...object({
    version: { const: 1 },
    mtl: string,
    created: string,
    specification: string,
    sources: map(string),
    set: map(string),
    name: runName,
    method: { enum: searchMethodNames },
    space: { ...list(dimension), minItems: 1 },
    seed: count,
    points: positive,
    factor: positive,
    first: positive,
    engine: nullable(string),
    threads: positive,
    data_folder: nullable(string),
    steps: nullable(positive),
    trials: list(trial),
  }),
});

export const searchFile: SealedJson<SearchFile> = sealedJson(searchFileSchema);

/** Names of such files. */
export const searchFileName = /-search-\d+\.json$/;
