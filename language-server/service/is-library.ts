import type { Compilation } from "../../compiler/program.ts";

/** True for a file without a model, a task or a stage: a file of blocks and params alone is no model, and need not be one. */
export function isLibrary({ files }: Pick<Compilation, "files">, entry: string): boolean {
  return !files
    .get(entry)
    ?.tree.declarations.some(({ kind }) => kind === "Model" || kind === "Task" || kind === "Stage");
}
