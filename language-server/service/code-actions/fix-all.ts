import { applyFixes, safeFixes } from "../../../compiler/diagnostics/fixes.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { diagnosticsOf } from "../diagnostics.ts";
import type { CodeAction, CodeActionSource, Selection } from "./code-action.ts";

/** All certain fixes of a file at once, as `mtl check --fix` makes them. */
export const fixAll: CodeActionSource = {
  name: "fix-all",
  kind: "source.fixAll",
  find: (selection) => fixesOf(selection, "Fix everything that is certain", () => true),
};

/** The same fix for every mistake of one kind, where a file has several. */
export const fixAllOfKind: CodeActionSource = {
  name: "fix-all-of-kind",
  kind: "quickfix",
  find: (selection) => {
    const codes = new Set(selection.diagnostics.filter((each) => safeFixes([each]).length > 0).map(({ code }) => code));
    return [...codes].flatMap((code) =>
      fixesOf(selection, `Fix every ${code} of this file`, (diagnostic) => diagnostic.code === code, 2),
    );
  },
};

function fixesOf(
  { workspace, analysis, path }: Selection,
  title: string,
  isWanted: (diagnostic: Diagnostic) => boolean,
  least = 1,
): readonly CodeAction[] {
  const fixes = safeFixes(diagnosticsOf(workspace, path, "shapes").filter(isWanted));
  const { made } = applyFixes(analysis.text, fixes);
  return made.length < least ? [] : [{ title, edits: made.map(({ at, replacement }) => ({ at, text: replacement })) }];
}
