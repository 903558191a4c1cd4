import { definitionAt } from "../../language-server/service/definition.ts";
import { diagnosticsOf } from "../../language-server/service/diagnostics.ts";
import { hoverAt } from "../../language-server/service/hover.ts";
import type { Workspace } from "../../language-server/service/workspace.ts";

/** A question that an editor asks about an offset of a file, with an answer that can be compared. */
type Query = (workspace: Workspace, path: string, offset: number) => unknown;

/** Every feature of the service. */
export const queries: Readonly<Record<string, Query>> = {
  diagnostics: (workspace, path) => diagnosticsOf(workspace, path, "everything"),
  definition: definitionAt,
  hover: hoverAt,
};
