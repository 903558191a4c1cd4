import { codeActionsAt } from "../../language-server/service/code-actions/index.ts";
import { callItemAt, callsFrom, callsTo } from "../../language-server/service/call-hierarchy.ts";
import { codeLensesOf } from "../../language-server/service/code-lenses.ts";
import { completionsAt } from "../../language-server/service/completion/completions.ts";
import { definitionAt } from "../../language-server/service/definition.ts";
import { diagnosticsOf } from "../../language-server/service/diagnostics.ts";
import { documentLinks } from "../../language-server/service/document-links.ts";
import { documentSymbols } from "../../language-server/service/document-symbols.ts";
import { foldsOf } from "../../language-server/service/folding.ts";
import { highlightsAt } from "../../language-server/service/highlights.ts";
import { hoverAt } from "../../language-server/service/hover.ts";
import { implementationsAt } from "../../language-server/service/implementations.ts";
import { type HintKind, hintKinds, inlayHintsOf } from "../../language-server/service/inlay-hints.ts";
import { referencesAt } from "../../language-server/service/references.ts";
import { selectionsAt } from "../../language-server/service/selection-ranges.ts";
import { semanticTokens } from "../../language-server/service/semantic-tokens.ts";
import { signatureHelpAt } from "../../language-server/service/signature-help.ts";
import { sizeOriginAt } from "../../language-server/service/size-origin.ts";
import type { Workspace } from "../../language-server/service/workspace.ts";
import { workspaceSymbols } from "../../language-server/service/workspace-symbols.ts";

/** A question that an editor asks about an offset of a file, with an answer that can be compared. */
type Query = (workspace: Workspace, path: string, offset: number) => unknown;

/** Every feature of the service, formatting apart, which looks at one text alone. */
export const queries: Readonly<Record<string, Query>> = {
  calls(workspace, path, offset) {
    const item = callItemAt(workspace, path, offset);
    return (
      item && [item.name, callsTo(workspace, item), callsFrom(workspace, item)].map((found) => JSON.stringify(found))
    );
  },
  "code actions": (workspace, path, offset) => codeActionsAt(workspace, path, { start: offset, end: offset }),
  completion(workspace, path, offset) {
    const { items } = completionsAt(workspace, path, offset);
    // The order of blocks and the names of weights depend on the last shapes that were known, so that no answer waits for new ones.
    return items
      .filter(({ kind }) => kind !== "weight")
      .map(({ label, text, at }) => JSON.stringify([label, text, at]))
      .toSorted();
  },
  definition: definitionAt,
  diagnostics: (workspace, path) => diagnosticsOf(workspace, path, "everything"),
  folds: foldsOf,
  highlights: highlightsAt,
  hints: (workspace, path, offset) =>
    inlayHintsOf(workspace, path, { start: 0, end: offset }, new Set(Object.keys(hintKinds) as readonly HintKind[])),
  hover: hoverAt,
  implementations: implementationsAt,
  lenses: (workspace, path) => codeLensesOf(workspace, path),
  links: documentLinks,
  references: (workspace, path, offset) => referencesAt(workspace, path, offset).map(({ at, role }) => [at, role]),
  selections: selectionsAt,
  "semantic tokens": semanticTokens,
  signature: signatureHelpAt,
  "size's origin": sizeOriginAt,
  symbols: documentSymbols,
  "workspace's symbols": (workspace) => workspaceSymbols(workspace, "e"),
};
