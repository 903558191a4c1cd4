import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { relative } from "node:path";
import { count, map, semanticsSchema, string } from "../compiler/schema/schema-parts.ts";
import type { Semantics } from "../compiler/semantics.ts";
import { type CheckedJson, checkedJson } from "./checked-json.ts";
import { sha256 } from "./checkpoint/checkpoint.ts";
import { type CompiledSpecification, layOutSources } from "./compile.ts";
import type { Data } from "./data/data.ts";
import { datasetFiles } from "./data/dataset-files.ts";
import { labelsBeside } from "./data/tables/idx-labels.ts";
import { packageVersion } from "./package-version.ts";
import type { RunFolder } from "./run-folder.ts";
import type { ForeignStarts } from "./start/foreign-start.ts";
import { UserError } from "./user-error.ts";

/** `run.lock.json`: what a run was made from, so that it can be resumed exactly and repeated. */
export interface RunLock {
  readonly version: 1;
  readonly mtl: string;
  /** Which rules the specification is read by; absent in runs from before there was a choice. */
  readonly semantics?: Semantics;
  readonly node: string;
  readonly platform: string;
  readonly created: string;
  readonly argv: readonly string[];
  /** What ran, `onnx:native`, and on how many threads: other ones may round otherwise. */
  readonly engine: string;
  readonly threads: number;
  /** Folder that data paths are relative to. */
  readonly root: string;
  readonly set: { readonly [param: string]: string };
  /** Instead of the stages' own seeds. */
  readonly seed: number | null;
  /** The most updates of each stage. */
  readonly steps: number | null;
  /** Seed by stage, as it is used. */
  readonly seeds: { readonly [stage: string]: number };
  /** SHA-256 of the specification's files, as laid out in the run folder. */
  readonly sources: { readonly [file: string]: string };
  /** SHA-256 of the data files, by path relative to `root`. */
  readonly data: { readonly [file: string]: string };
  /** SHA-256 of what the cells of a modality are decoded from, by data set and modality; absent in older runs. */
  readonly contents?: Data["contents"];
  /** SHA-256 of the weights that stages take from outside, by stage; absent where none does. */
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
  set: map(string),
  seed: { anyOf: [count, { type: "null" }] },
  steps: { anyOf: [count, { type: "null" }] },
  seeds: map(count),
  sources: map(string),
  data: map(string),
  contents: map(string),
  starts: map(string),
};

export const runLockSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:run-lock:1",
  title: "What a run was made from",
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !["semantics", "contents", "starts"].includes(name)),
  additionalProperties: false,
};

export const runLockFile: CheckedJson<RunLock> = checkedJson(runLockSchema);

export async function readRunLock({ path, lock }: RunFolder): Promise<RunLock> {
  if (!existsSync(lock)) throw new UserError("usage", `"${path}" is no run folder.`, "Name a folder that `mtl train` made, below runs/ by default.");
  return runLockFile.read(lock);
}

export interface LockedRun extends Pick<RunLock, "engine" | "threads" | "seed" | "steps" | "root"> {
  readonly starts: ForeignStarts;
  readonly compiled: CompiledSpecification;
  readonly data: Pick<Data, "contents">;
}

export async function createRunLock({ compiled, data, engine, threads, seed, steps, root, starts }: LockedRun): Promise<RunLock> {
  const { specification } = compiled.program;
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
    root,
    set: compiled.set,
    seed,
    steps,
    seeds: Object.fromEntries(specification.stages.map((stage) => [stage.name, seed ?? stage.seed])),
    sources: Object.fromEntries([...layOutSources(compiled).files].map(([file, text]) => [file, createHash("sha256").update(text).digest("hex")])),
    data: await hashData(compiled, root),
    contents: data.contents,
    ...(starts.size > 0 ? { starts: Object.fromEntries([...starts].map(([stage, { report }]) => [stage, report.sha256])) } : {}),
  };
}

/** What a resumed run has yet to take from outside is what it found there when it began. */
export function checkStarts(lock: RunLock, starts: ForeignStarts): void {
  for (const [stage, { report }] of starts) {
    if (lock.starts?.[stage] === report.sha256) continue;
    throw new UserError("data", `${report.path}, from which stage ${stage} starts, has changed since the run began.`, "Restore it, or train anew.");
  }
}

/** A resumed run must go on with the data it began with. */
export async function checkData(lock: RunLock, compiled: CompiledSpecification, data?: Pick<Data, "contents">): Promise<void> {
  const changed = await changedData(lock, compiled, data);
  if (changed !== undefined) throw new UserError("data", changed, "Restore the files, or train anew.");
}

/** A sentence that names the data files that are no longer those of the run; nothing where all are. What cells name is looked at where `data` has read it. */
export async function changedData(lock: RunLock, compiled: CompiledSpecification, data?: Pick<Data, "contents">): Promise<string | undefined> {
  const now = await hashData(compiled, lock.root);
  const changed = [...new Set([...Object.keys(lock.data), ...Object.keys(now)])].filter((file) => now[file] !== lock.data[file]);
  const contents = data?.contents ?? {};
  const began = (data && lock.contents) ?? contents;
  const columns = [...new Set([...Object.keys(began), ...Object.keys(contents)])].filter((column) => began[column] !== contents[column]);
  const all = [...changed, ...columns.map((column) => `files that ${column} names`)];
  return all.length === 0 ? undefined : `The data has changed since the run began: ${all.join(", ")}.`;
}

async function hashData({ program: { specification } }: CompiledSpecification, root: string): Promise<{ readonly [file: string]: string }> {
  const files = await Promise.all(Object.values(specification.datasets).map((dataset) => datasetFiles(dataset, { root, dataRoot: root })));
  const paths = new Set(files.flat().flatMap(({ path }) => [path, labelsBeside(path) ?? path]));
  const hashes = await Promise.all([...paths].map(async (path) => [relative(await realpath(root), path), await hashOf(path)] as const));
  return Object.fromEntries(hashes);
}

/** Of a folder, the names of what is in it: contents are hashed where they are read. */
async function hashOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return sha256(path);
  const names = (await readdir(path, { recursive: true })).sort();
  return createHash("sha256").update(names.join("\n")).digest("hex");
}
