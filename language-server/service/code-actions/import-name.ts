import { importable, symbolOf } from "../../../compiler/bind/symbols.ts";
import type { CodeAction, CodeActionSource, Selection } from "./code-action.ts";
import { importEdit } from "../import-edit.ts";

/** A name that is not defined here is imported from a specification of the workspace that declares it. */
export const importName: CodeActionSource = {
  name: "import-name",
  kind: "quickfix",
  find: (selection): readonly CodeAction[] =>
    selection.diagnostics
      .filter(({ name }) => name === "unknown_name")
      .flatMap((diagnostic) => {
        const name = selection.analysis.text.slice(diagnostic.at.start, diagnostic.at.end);
        return exportersOf(selection, name).map((from) => {
          const { edit, written } = importEdit(selection.workspace, selection.analysis, { name, from });
          return { title: `Import \`${name}\` from "${written}"`, edits: [edit], mends: diagnostic };
        });
      }),
};

function exportersOf({ workspace, path }: Selection, name: string): readonly string[] {
  return workspace.specifications.filter((candidate) => {
    const tree = candidate === path ? undefined : workspace.filesOf(candidate).get(candidate)?.tree;
    return tree?.declarations.some((declaration) => {
      const symbol = symbolOf(declaration);
      return symbol?.name.name === name && importable.has(symbol.kind);
    });
  });
}
