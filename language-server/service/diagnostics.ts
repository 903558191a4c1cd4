import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Level } from "../../compiler/level.ts";
import { isLibrary } from "./is-library.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The diagnostics of a file, in the order of its text: those of the file by itself, and those that a specification which imports it
 * reports within it, each once. There may be more than the level asks for, where a compilation has gone further.
 */
export function diagnosticsOf(workspace: Workspace, path: string, until: Level): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const entry of workspace.entriesOf(path)) {
    const compilation = workspace.compile(entry, until);
    for (const diagnostic of compilation.diagnostics) {
      const { at, code, message } = diagnostic;
      if (at.file !== path || (diagnostic.name === "no_model" && isLibrary(compilation, entry))) continue;
      const key = JSON.stringify([at.start, at.end, code, message]);
      if (!found.has(key)) found.set(key, diagnostic);
    }
  }
  return [...found.values()].toSorted((one, other) => one.at.start - other.at.start || one.at.end - other.at.end);
}
