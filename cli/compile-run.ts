import { folderHost } from "../runtime/files/folder-host.ts";
import type { RunRecord } from "../runtime/report/run-record.ts";
import { RunFolder } from "../runtime/run/run-folder.ts";
import { type Program, compileProgram } from "../compiler/program.ts";
import { firstSemantics } from "../compiler/semantics.ts";

/** A run's own copy of its specification with the params that it was given; nothing where this version finds errors in it. Nothing outside of the copy is read. */
export function compileRun({ lock, entry, path }: Pick<RunRecord, "lock" | "entry" | "path">): Program | undefined {
  return compileProgram({
    entry,
    host: folderHost(new RunFolder(path).model, undefined),
    set: new Map(Object.entries(lock.set)),
    semantics: lock.semantics ?? firstSemantics,
  }).program;
}
