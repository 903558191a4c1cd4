import type { CodeActionSource } from "./code-action.ts";
import { replaced, wholeLines } from "./snippets.ts";
import { declarationAround } from "./surroundings.ts";

/** A modality or a stream that nothing uses is removed, with its documentation. */
export const removeUnused: CodeActionSource = {
  name: "remove-unused",
  kind: "quickfix",
  find(selection) {
    const { workspace, path, start, end } = selection;
    const isThere = selection.analysis.tree.declarations.some(
      ({ kind, span }) => (kind === "Stream" || kind === "Modality") && span.start <= end && start <= span.end,
    );
    if (!isThere) return [];
    // Unused declarations are found by a later level than the diagnostics of a selection.
    return workspace
      .compile(path, "stages")
      .diagnostics.filter(
        ({ name, at }) => name.startsWith("unused_") && at.file === path && at.start <= end && start <= at.end,
      )
      .flatMap((diagnostic) => {
        const declaration = declarationAround(selection, diagnostic.at.start);
        if (!declaration || !("name" in declaration)) return [];
        const edits = [replaced(wholeLines(selection, declaration.span), "")];
        return [{ title: `Remove \`${declaration.name.name}\``, edits, mends: diagnostic }];
      });
  },
};
