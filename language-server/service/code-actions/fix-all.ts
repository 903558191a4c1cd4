import { applyFixes } from "../../../compiler/diagnostics/fixes.ts";
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
    const codes = new Set(selection.diagnostics.filter(isCertain).map(({ code }) => code));
    return [...codes].flatMap((code) =>
      fixesOf(selection, `Fix every ${code} of this file`, (diagnostic) => diagnostic.code === code, 2),
    );
  },
};

function isCertain({ fixes }: Diagnostic): boolean {
  return fixes.some(({ safety }) => safety === "safe");
}

function fixesOf(
  { workspace, analysis, path }: Selection,
  title: string,
  isWanted: (diagnostic: Diagnostic) => boolean,
  least = 1,
): readonly CodeAction[] {
  const wanted = diagnosticsOf(workspace, path, "shapes").filter((each) => isWanted(each) && isCertain(each));
  const fixes = wanted.flatMap((each) => each.fixes.filter(({ safety }) => safety === "safe").slice(0, 1));
  const { made } = applyFixes(analysis.text, fixes);
  return made.length < least ? [] : [{ title, edits: made.map(({ at, replacement }) => ({ at, text: replacement })) }];
}
