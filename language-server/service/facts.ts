import type { Node } from "../../grammar/ast.ts";
import type { LearntStream, LearntValue } from "../../compiler/elaborate/notes.ts";
import type { Compilation } from "../../compiler/program.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** The facts that all specifications which read a file know about its expressions. */
export interface Facts extends Analysis {
  /** The compilation of the file by itself first. */
  readonly compilations: readonly Compilation[];
  /** The different values of an expression, in the order in which they were met. */
  valuesOf(node: Node): readonly LearntValue[];
  streamsOf(node: Node): readonly LearntStream[];
}

export function factsOf(workspace: Workspace, path: string): Facts | undefined {
  const analysis = workspace.analyse(path, "shapes");
  if (!analysis) return undefined;
  const compilations = workspace.entriesOf(path).map((entry) => workspace.compile(entry, "shapes"));
  const valuesOf = (node: Node): readonly LearntValue[] => {
    const values = compilations.flatMap(({ notes }) => notes.valuesOf(node));
    return compilations.length === 1
      ? values
      : [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  };
  return {
    ...analysis,
    compilations,
    valuesOf,
    streamsOf: (node) => valuesOf(node).filter((value) => value.kind === "stream"),
  };
}
