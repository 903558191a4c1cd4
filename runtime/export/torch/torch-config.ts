import { readFile } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";

export const torchConfigName = "config.json";

/** The content of `config.json`. */
export interface TorchConfig {
  readonly model_type: "mtl";
  readonly architectures: readonly ["Model"];
  readonly mtl_version: string;
  readonly name: string;
  readonly title: string | null;
  readonly parameters: number;
  /** The stage whose weights and params the model has. */
  readonly stage: string;
  /** Values of params that were set. */
  readonly set: { readonly [param: string]: string };
  readonly weights: "trained" | "from" | "seed";
  readonly tasks: { readonly [task: string]: TorchTask };
  readonly modalities: ResolvedSpecification["modalities"];
  /** Files of the folder that mtl wrote, by path with `/`. */
  readonly files: readonly string[];
}

export interface TorchTask {
  readonly title: string | null;
  readonly target: ResolvedSpecification["tasks"][string]["target"];
  /** Names of the classes, or of the labels. */
  readonly classes: readonly string[];
  /** Weights that replace those of `model.safetensors` for this task, after a stage that forks. */
  readonly weights?: string;
}

/** The files that a folder's `config.json` lists. Throws if the folder is no exported model. */
export async function ownFilesOfTorch(folder: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(folder, torchConfigName), "utf8");
  const config = JSON.parse(text) as Partial<TorchConfig>;
  if (config.model_type !== "mtl" || !Array.isArray(config.files))
    throw new UserError("data", `${folder} is no model that mtl exported.`, "Name another folder.");
  return new Set([torchConfigName, ...config.files]);
}
