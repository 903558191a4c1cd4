import { folderHost } from "../files/folder-host.ts";
import type { RunRecord } from "./run-record.ts";
import { RunFolder } from "../run/run-folder.ts";
import { type Program, compileProgram } from "../../compiler/program.ts";
import { firstSemantics } from "../../compiler/semantics.ts";

/**
 * Compiles a run's own copy of its specification with the run's params. `undefined` if this version finds errors in it.
 * Only files of the copy are read.
 */
export function compileRun({ lock, entry, path }: Pick<RunRecord, "lock" | "entry" | "path">): Program | undefined {
  return compileProgram({
    entry,
    host: folderHost(new RunFolder(path).model, undefined),
    set: lock.set,
    semantics: lock.semantics ?? firstSemantics,
  }).program;
}
