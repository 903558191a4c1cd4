import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { readSafetensorsHeader } from "../checkpoint/safetensors.ts";
import type { Preprocessing } from "../data/data.ts";
import { preprocessingFile } from "../data/fit/preprocessing.ts";
import { RunFolder } from "../run/run-folder.ts";
import { existsSync, readFile, stat } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";

/** The part of a model that tells which row of a weight is which token or class. */
export interface Learnt {
  /** The preprocessing that the model learnt. */
  readonly preprocessing?: Preprocessing;
  readonly modalities?: ResolvedSpecification["modalities"];
}

const keys = { preprocessing: "mtl.preprocessing", modalities: "mtl.modalities" };

/** Reads it from a run, from the folder of a model, or from a safetensors file or the folder in which that is. Files from elsewhere do not have it. */
export async function learntOf(path: string): Promise<Learnt> {
  if ((await stat(path)).isFile()) return { ...(await learntOfFolder(dirname(path))), ...(await learntOfFile(path)) };
  const run = new RunFolder(path);
  return learntOfFolder(existsSync(run.lock) ? run.model : path);
}

async function learntOfFolder(folder: string): Promise<Learnt> {
  const path = join(folder, "preprocessing.json");
  if (!existsSync(path)) return {};
  const modalities = await readFile(join(folder, "spec.resolved.json"), "utf8")
    .then((text) => (JSON.parse(text) as Pick<ResolvedSpecification, "modalities">).modalities)
    .catch(() => undefined);
  return { preprocessing: await preprocessingFile.read(path), ...(modalities ? { modalities } : {}) };
}

/** The header has it if `mtl weights --out` wrote the file. */
async function learntOfFile(path: string): Promise<Learnt> {
  const { metadata } = await readSafetensorsHeader(path);
  const [preprocessing, modalities] = [metadata.get(keys.preprocessing), metadata.get(keys.modalities)];
  if (preprocessing === undefined || modalities === undefined) return {};
  return {
    preprocessing: preprocessingFile.parse(path, preprocessing),
    modalities: JSON.parse(modalities) as ResolvedSpecification["modalities"],
  };
}

/** The entries of a safetensors file's header from which `learntOfFile` reads it. */
export function learntAsMetadata({ preprocessing, modalities }: Learnt): ReadonlyMap<string, string> {
  if (!preprocessing || !modalities) return new Map();
  return new Map([
    [keys.preprocessing, JSON.stringify(preprocessing)],
    [keys.modalities, JSON.stringify(modalities)],
  ]);
}
