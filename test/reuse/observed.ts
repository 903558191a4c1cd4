import type { Node as SyntaxNode } from "../../grammar/ast.ts";
import { visit } from "../../grammar/children.ts";
import { createReporter } from "../../compiler/diagnostics/reporter.ts";
import { elaborateForward } from "../../compiler/elaborate/forward.ts";
import type { Compilation } from "../../compiler/program.ts";

/** Everything of a compilation that a user, an editor or a run can see, but for its timings. */
export function observed(compilation: Compilation): object {
  const { diagnostics, verdict, specification, work, sources, bindings } = compilation;
  return {
    diagnostics,
    verdict,
    specification,
    work,
    sources: [...sources],
    scopes: [...(bindings?.scopes ?? [])].map(([path, { symbols }]) => [path, [...symbols.values()]]),
    names: namesOf(compilation),
    notes: notesOf(compilation),
    graphs: graphsOf(compilation),
  };
}

function namesOf({ files, references }: Compilation): readonly unknown[] {
  return [...files.keys()].flatMap((path) =>
    (references?.inFile(path) ?? []).map(({ at, role, definition: { kind, name } }) => [at, role, kind, name]),
  );
}

function notesOf({ files, notes }: Compilation): readonly unknown[] {
  const found: unknown[] = [];
  const note = (node: SyntaxNode): void => {
    const values = notes.valuesOf(node);
    if (values.length > 0) found.push([node.span, values]);
  };
  for (const { tree } of files.values()) visit(tree, note);
  return found;
}

/** The graph of one task, with the origins of its nodes and the calls that made them. */
function graphsOf({ program }: Compilation): unknown {
  const [task] = Object.keys(program?.specification.tasks ?? {});
  if (!program || task === undefined) return undefined;
  const { overrides } = program;
  const request = { task, mode: "train", batch: 2, overrides, reporter: createReporter(), calls: "calls" } as const;
  const { elaboration, forward } = elaborateForward(program, request);
  return [forward, elaboration.calls.all.map(({ id, at, spans, path, nodes }) => [id, at, spans, path, nodes])];
}
