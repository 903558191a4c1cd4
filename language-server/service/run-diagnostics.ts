import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Workspace } from "./workspace.ts";

/** The first value of the newest run of a specification that was not finite, at the name of its stage. A newer run takes it away. */
export function runDiagnosticsOf(workspace: Workspace, path: string): readonly Diagnostic[] {
  const { files, specification } = workspace.compile(path, "shapes");
  const stages = files.get(path)?.tree.declarations.filter((declaration) => declaration.kind === "Stage") ?? [];
  const divergence =
    stages.length > 0 && specification ? workspace.divergenceOf(path, specification.model.name) : undefined;
  const stage = stages.find(({ name }) => name.name === divergence?.stage);
  if (!divergence || !stage) return [];
  return [
    {
      code: "run",
      name: "diverged",
      severity: "warning",
      message: `${divergence.run}: ${divergence.message}`,
      at: stage.name.span,
      related: [],
      fixes: [],
    },
  ];
}
