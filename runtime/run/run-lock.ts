import { dictionariesOf } from "../../compiler/features/augmentations.ts";
import { listed } from "../../compiler/diagnostics/define.ts";
import { process } from "../host/machine.ts";
import { existsSync, readdir, stat } from "../host/files.ts";
import { sha256 } from "../host/hashing.ts";
import { basename, dirname, join } from "../host/paths.ts";
import { portablePath, portableRelative } from "../host/portable-path.ts";
import { count, foldSchema, map, semanticsSchema, string } from "../../compiler/schema/schema-parts.ts";
import type { Fold } from "../../compiler/schema/resolved.ts";
import type { Semantics } from "../../compiler/semantics.ts";
import { type Bundle, readBundle } from "../model/bundle.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { sha256OfFile } from "../checkpoint/checkpoint.ts";
import { type CompiledSpecification, layOutSources } from "../compile.ts";
import type { Data } from "../data/data.ts";
import type { DataFolders } from "../data/files/data-folders.ts";
import { datasetFiles, movableName } from "../data/files/dataset-files.ts";
import { realFolder } from "../data/files/file-references.ts";
import { labelsBeside } from "../data/tables/idx-labels.ts";
import { foldOf } from "./folded.ts";
import { packageVersion } from "../package-version.ts";
import type { RunFolder } from "./run-folder.ts";
import { type Sealed, type SealedJson, sealedJson, sealedSchema } from "../files/sealed-json.ts";
import type { WarmStarts } from "../pretrained/warm-start.ts";
import { UserError } from "../user-error.ts";

/** The engine of runs that the exported `train.py` trains: no engine of mtl, but what it leaves is measured by any. */
export const torchEngine = "torch";

/** `run.lock.json`: everything that a run was started with, so that it can be resumed exactly and repeated. */
export interface RunLock extends Sealed {
  readonly version: 1;
  readonly mtl: string;
  /** The rules by which the specification is read; absent in runs from before there was a choice. */
  readonly semantics?: Semantics;
  readonly node: string;
  readonly platform: string;
  readonly created: string;
  readonly argv: readonly string[];
  /** The engine, such as `onnx:native`, with its threads: another one may round differently. */
  readonly engine: string;
  readonly threads: number;
  /** The specification's folder, relative to the run's, which may have moved with it; absolute in older runs. */
  readonly root: string;
  /** The folder of `--data` or MTL_DATA, relative to the run's; absent if none was given. */
  readonly data_folder?: string;
  readonly set: { readonly [param: string]: string };
  /** Instead of the stages' own seeds. */
  readonly seed: number | null;
  /** The most updates of each stage. */
  readonly steps: number | null;
  /** The fold that is validated on; absent without cross validation. */
  readonly fold?: Fold;
  /** Seed by stage, as it is used. */
  readonly seeds: { readonly [stage: string]: number };
  /** SHA-256 of the specification's files, as laid out in the run folder. */
  readonly sources: { readonly [file: string]: string };
  /** SHA-256 of the data files, by path relative to the folder in which they were found. */
  readonly data: { readonly [file: string]: string };
  /**
   * SHA-256 of the files that the cells of a modality are decoded from, by data set and modality; absent in older runs.
   */
  readonly contents?: Data["contents"];
  /** SHA-256 of the weights that stages take from outside, by stage; absent if no stage does. */
  readonly starts?: { readonly [stage: string]: string };
}

const properties = {
  version: { const: 1 },
  mtl: string,
  semantics: semanticsSchema,
  node: string,
  platform: string,
  created: string,
  argv: { type: "array", items: string },
  engine: string,
  threads: count,
  root: string,
  data_folder: string,
  set: map(string),
  seed: { anyOf: [count, { type: "null" }] },
  steps: { anyOf: [count, { type: "null" }] },
  fold: foldSchema,
  seeds: map(count),
  sources: map(string),
  data: map(string),
  contents: map(string),
  starts: map(string),
};

const optional = ["semantics", "fold", "data_folder", "contents", "starts"];

export const runLockSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:run-lock:1",
  title: "The inputs of a run",
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

export const runLockFile: SealedJson<RunLock> = sealedJson(runLockSchema);

export async function readRunLock(folder: RunFolder): Promise<RunLock> {
  requireRun(folder);
  return runLockFile.read(folder.lock);
}

/** The checkpoints of a run, and of no other. */
export function checkpointsOf(folder: RunFolder, lock: RunLock): CheckpointFolder {
  return new CheckpointFolder(folder.checkpoints, undefined, lock.seal);
}

/** The model of a run, and of no other. */
export async function readBundleOf(folder: RunFolder, lock: RunLock): Promise<Bundle> {
  const bundle = await readBundle(folder.model);
  const { run } = bundle.manifest;
  if (run === undefined || lock.seal === undefined || run === lock.seal) return bundle;
  throw new UserError(
    "data",
    `${folder.model} belongs to another run than the run.lock.json next to it.`,
    "Restore one of the two.",
  );
}

export function requireRun({ path, lock }: RunFolder): void {
  if (!existsSync(lock))
    throw new UserError(
      "usage",
      `"${path}" is not a run folder.`,
      "Name a folder written by `mtl train`, below runs/ by default.",
    );
}

export interface LockedRun extends Pick<RunLock, "engine" | "threads" | "seed" | "steps"> {
  readonly folder: RunFolder;
  readonly folders: DataFolders;
  readonly starts: WarmStarts;
  readonly compiled: CompiledSpecification;
  readonly data: Pick<Data, "contents">;
}

export async function createRunLock({
  folder,
  folders,
  compiled,
  data,
  engine,
  threads,
  seed,
  steps,
  starts,
}: LockedRun): Promise<RunLock> {
  const { specification } = compiled.program;
  const fold = foldOf(specification);
  return {
    version: 1,
    mtl: packageVersion(),
    semantics: specification.semantics,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    created: new Date().toISOString(),
    argv: process.argv.slice(2),
    engine,
    threads,
    root: await fromRun(folder, folders.root),
    ...(folders.data === undefined ? {} : { data_folder: await fromRun(folder, folders.data) }),
    set: compiled.set,
    seed,
    steps,
    ...(fold ? { fold } : {}),
    seeds: Object.fromEntries(specification.stages.map((stage) => [stage.name, seed ?? stage.seed])),
    sources: Object.fromEntries([...layOutSources(compiled).files].map(([file, text]) => [file, sha256(text)])),
    data: await hashData(compiled, folders),
    contents: data.contents,
    ...(starts.size > 0
      ? { starts: Object.fromEntries([...starts].map(([stage, { sha256: hash }]) => [stage, hash])) }
      : {}),
  };
}

/** Checks that weights which a resumed run has yet to take from outside are still those that it found when it began. */
export function checkStarts(lock: RunLock, starts: WarmStarts): void {
  for (const [stage, { sha256: hash, reports }] of starts) {
    if (lock.starts?.[stage] === hash) continue;
    throw new UserError(
      "data",
      `${listed(reports.map(({ path }) => path))}, from which stage ${stage} starts, has changed since the run began.`,
      "Restore it, or start a new training.",
    );
  }
}

/**
 * SHA-256 of the data files of a specification, by names that do not depend on the location of its folder. Throws
 * `UserError` if one does not exist.
 */
export async function hashData(
  { program: { specification } }: CompiledSpecification,
  folders: DataFolders,
): Promise<RunLock["data"]> {
  const files = (
    await Promise.all(Object.values(specification.datasets).map((dataset) => datasetFiles(dataset, folders)))
  ).flat();
  const labels = files.flatMap(({ name, path }) => {
    const beside = labelsBeside(path);
    return beside === undefined ? [] : [{ name: join(dirname(name), basename(beside)), path: beside }];
  });
  const dictionaries = await Promise.all(
    dictionariesOf(specification).map((name) => datasetFiles({ path: name }, folders)),
  );
  const byPath = new Map([...files, ...labels, ...dictionaries.flat()].map((file) => [file.path, file]));
  return Object.fromEntries(
    await Promise.all(
      [...byPath.values()].map(async (file) => [await movableName(file, folders), await hashOf(file.path)] as const),
    ),
  );
}

/** The hash of a folder is that of the names in it. Contents are hashed when they are read. */
async function hashOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return sha256OfFile(path);
  const names = (await readdir(path, { recursive: true })).map((name) => portablePath(name)).sort();
  return sha256(names.join("\n"));
}

/** A folder as it is reached from a run's, so that both can be moved together. */
async function fromRun({ path }: RunFolder, folder: string): Promise<string> {
  return portableRelative(await realFolder(path), await realFolder(folder)) || ".";
}
