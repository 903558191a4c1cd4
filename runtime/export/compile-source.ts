import { statSync } from "../host/files.ts";
import { resolve } from "../host/paths.ts";
import { readTensors } from "../checkpoint/checkpoint.ts";
import { type CompiledSpecification, type SetParams, compileFile } from "../compile.ts";
import type { Preprocessing } from "../data/data.ts";
import { readTrained } from "../model/read-trained.ts";
import type { ServedTask } from "../train/phase/served-tasks.ts";
import { type TrainedWeights, sameForAll } from "../model/trained-weights.ts";
import { UserError } from "../user-error.ts";

export interface SourceOptions {
  /** The path of an `.mtl` file, or the result of `compileFile`; or the folder of a run or of its `model/`. */
  readonly source: string | CompiledSpecification;
  /** The stage whose training, and for a trained model whose weights, are exported; by default the last one. */
  readonly stage?: string;
  /** Values of params, as text; where `source` is the path of a specification. */
  readonly set?: SetParams;
  /** A `.safetensors` file with every weight of the specification, by the names that checkpoints have. */
  readonly weights?: string;
  /** Folder of run folders, from which a stage of an untrained specification may start; `runs` by default. */
  readonly runs?: string;
}

/** The source of an export: a specification, and its trained weights. */
export interface CompileSource {
  readonly compiled: CompiledSpecification;
  readonly trained?: TrainedWeights;
  /** Every task of a trained model, those of the stage first. */
  readonly served?: readonly ServedTask[];
  readonly preprocessing?: Preprocessing;
}

export async function openSource({ source, stage, set, weights }: SourceOptions): Promise<CompileSource> {
  if (typeof source === "string" && isFolder(source)) {
    if (set !== undefined || weights !== undefined) {
      throw new UserError(
        "usage",
        `${source} is a trained model, which already has its params and weights.`,
        "Name the specification to set other values.",
      );
    }
    const { bundle, tasks: served, weights: trained } = await readTrained(source, stage);
    return { compiled: bundle.compiled, trained, served, preprocessing: bundle.preprocessing };
  }
  const compiled = typeof source === "string" ? compileFile(source, set) : source;
  return { compiled, ...(weights === undefined ? {} : { trained: sameForAll(await readTensors(resolve(weights))) }) };
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
