import { expandSpecification } from "../../../compiler/expand/expand.ts";
import { printSpecification } from "../../../compiler/formatter/print.ts";
import type { CodeActionSource } from "./code-action.ts";
import { replaced } from "./snippets.ts";
import { headedDeclaration } from "./surroundings.ts";

/** A declaration with every option that it does not write, as `mtl expand` shows it. */
export const writeDefaults: CodeActionSource = {
  name: "write-defaults",
  kind: "refactor.rewrite",
  find(selection) {
    const { workspace, path, analysis } = selection;
    const declaration = headedDeclaration(selection);
    const { program } = workspace.compile(path, "everything");
    if (!declaration || !program || !["Task", "Stage", "Dataset"].includes(declaration.kind)) return [];
    const expanded = expandSpecification({ ...analysis.tree, declarations: [declaration], comments: [] }, program);
    const { doc, ...alone } = expanded.declarations[0] ?? declaration;
    void doc;
    const text = printSpecification({ ...expanded, declarations: [alone] }).trim();
    return text === analysis.text.slice(declaration.span.start, declaration.span.end) || text === ""
      ? []
      : [{ title: "Write every default", edits: [replaced(declaration.span, text)] }];
  },
};
