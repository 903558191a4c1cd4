import type { RunRecord } from "../../runtime/report/run-record.ts";
import type { Program } from "../program.ts";
import { firstSemantics } from "../semantics.ts";
import { compileFile } from "./compile-specification.ts";

/** A run's own copy of its specification with the params that it was given; nothing where this version finds errors in it. */
export function compileRun({ lock, entry, path }: RunRecord): Program | undefined {
  const set = Object.entries(lock.set).map(([param, value]) => `${param}=${value}`);
  return compileFile(entry, { cwd: path, set, semantics: lock.semantics ?? firstSemantics }).program;
}
